"""The made country: public files from which the context of the frame follows, and full-size files in time."""

import re
import time
from pathlib import Path

import pandas as pd
import pytest

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_workbench.context.key import read_key
from sto_workbench.context.sources import context_folder
from sto_workbench.context.table import context_path, context_text, read_context
from sto_workbench.context.wave import derive_wave
from sto_workbench.synthetic.country import SHARING
from tests.sto_workbench.context.test_readers import EXAMS, SCHOOLS, read

ROOT = Path(__file__).parents[3]
WAVES = ["synthetic-2021", "synthetic-2024"]


@pytest.mark.parametrize("wave", WAVES)
def test_the_context_follows_from_the_files_and_is_that_of_the_frame(wave: str, codebook: Codebook):
    frame = pd.read_csv(ROOT / "data" / "raw" / wave / "frame.csv").set_index("region").sort_index()
    made = derive_wave(read_wave(wave), codebook, [*frame.index]).table
    assert context_text(made).encode() == context_path(wave).read_bytes()
    for name in codebook.context_variables:
        codes = made[made["variable"] == name].set_index("region")["code"].astype(int)
        assert codes.to_dict() == frame[name].to_dict(), name


@pytest.mark.parametrize("wave", WAVES)
def test_every_value_has_a_source_and_some_are_open(wave: str, codebook: Codebook):
    table = read_context(wave)
    assert table is not None
    for column in ("unit", "level", "place", "source", "edition", "date", "sha256"):
        assert (table[column] != "").all(), column
    assert table["source"].str.startswith("SYNTHETIC").all()
    assert (table["edition"].str.contains("provisional") == (table["variable"] == "krimp")).all()
    still = table[table["code_low"] != table["code_high"]]["variable"].value_counts()
    assert {"commitment", "technology"} <= {*still[still > 1].index}
    of = table[table["level"] == "arbeidsmarktregio"].groupby(["variable", "place"])["region"].nunique()
    assert of.max() <= SHARING + (wave == WAVES[0]) and of.groupby("variable").size().between(28, 35).all()


def test_every_file_says_that_it_is_made():
    files = [path for wave in WAVES for path in context_folder(wave).iterdir()]
    assert len(files) == 22
    assert all("SYNTHETIC" in path.read_text(encoding="utf-8") for path in files)
    assert sum(path.stat().st_size for path in files) < 300_000


def test_full_size_files_are_read_and_joined_in_three_seconds(tmp_path: Path):
    content = EXAMS.read_text(encoding="cp1252").splitlines(keepends=True)
    schools = SCHOOLS.read_text(encoding="cp1252").splitlines(keepends=True)
    codes = [f"{40 + at // 676}{chr(65 + at // 26 % 26)}{chr(65 + at % 26)}" for at in range(1600)]
    rows = (re.sub(r'^"....";"....', f'"{code}";"{code}', row) for code in codes[:530] for row in content[2:26])
    exams = content[0] + "".join(rows)
    listed = schools[0] + "".join(re.sub(r";....;....(?=\d\d;)", f";{code};{code}", schools[1]) for code in codes)
    assert (len(exams) > 1_000_000, len(listed) > 400_000) == (True, True)
    key = "region,vestiging,valid_from,valid_to\n" + "".join(
        f"R{1 + at % 78:02d},{code}04,,\n" for at, code in enumerate(codes)
    )
    began = time.process_time()
    candidates = read(tmp_path / "e.csv", exams, "duo_exams")
    places = read(tmp_path / "v.csv", listed, "duo_vestigingen")
    (tmp_path / "key.csv").write_text(key)
    of = read_key(
        tmp_path / "key.csv",
        [f"R{at:02d}" for at in range(1, 79)],
        {*places["vestiging"]},
        pd.Timestamp("2024-10-01").date(),
    )
    assert time.process_time() - began < 3
    assert len(of.now) == 1600 and len(candidates) > 5000

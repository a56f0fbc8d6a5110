"""The made country: public files from which the context of the frame follows, and full-size files in time."""

import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis.analysis.family import association_table
from sto_analysis.monitor.answers import beside_codes
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.wave import read_wave
from sto_workbench.context.cells import PROFILES
from sto_workbench.context.key import read_key
from sto_workbench.context.sources import context_folder
from sto_workbench.context.table import beside, context_path, context_text, read_codes, read_context
from sto_workbench.context.wave import derive_wave, write_context
from sto_workbench.intake.frame import read_frame
from sto_workbench.synthetic.calibration import BOUNDS
from sto_workbench.synthetic.country import SHARING, locations, write_country
from sto_workbench.synthetic.scoring import source
from sto_workbench.synthetic.worlds import World, draw_answers, draw_exposures, draw_regions, read_given
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


RECOVERED = {"technology": 1.2, "krimp": -1.0, "employment": 0.7}
"""True log odds ratios per step, one a wave: of exams, of pupils, and of UWV through the municipalities of CBS."""
PROMISED = BOUNDS["odds ratio covered"][0]


def _true_measures(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What the counts of a made country say where none is hidden."""
    made = locations(frame, np.random.Generator(np.random.PCG64([seed, 2024])))
    rows = [
        (one.region, *one.pupils, one.candidates.get("PIE", 0), sum(one.candidates.get(each, 0) for each in PROFILES))
        for one in made
    ]
    sums = pd.DataFrame(rows, columns=["region", "first", "last", "part", "all"]).groupby("region").sum()
    return pd.DataFrame({"technology": sums["part"] / sums["all"], "krimp": sums["last"] / sums["first"] - 1})


def _recovered(name: str, seed: int, codebook: Codebook) -> tuple[bool, bool]:
    """Whether a wave's interval holds the odds ratio that one variable truly has; whether its test finds it.

    The yields follow the true code of each region. The model has only what comes back from public files with every
    count under five hidden: exams, pupils, municipalities, tightness, judgements.
    """
    world, given = World(78, effects={name: (RECOVERED[name],) * 2}), read_given()
    rng, folder = source(seed, world), context_folder(WAVES[1]).parent
    regions = draw_regions(rng, world, given)
    exposures = draw_exposures(rng, world, given, regions)
    ids = [f"R{at:02d}" for at in range(1, 79)]
    outcomes = draw_answers(rng, world, given, regions, exposures).set_axis(pd.Index(ids))
    frame = regions.context.astype(int).set_axis(pd.Index(ids, name="region"))
    frame.assign(name=[f"Streek {each}" for each in ids])[["name"]].to_csv(folder / "frame.csv")
    nothing = pd.DataFrame(columns=["region", "of", "half", "valid_to"])
    write_country(folder, ids, frame, nothing, 2024, seed)
    wave = read_wave(WAVES[1])
    table = write_context(wave, codebook, ids).table.set_index(["variable", "region"])
    for measure, truth in _true_measures(frame, seed).items():
        carried = table.loc[measure]
        assert ((carried["low"] - 1e-6 <= truth) & (truth <= carried["high"] + 1e-6)).all(), (measure, seed)
    codes = read_frame(folder / "frame.csv", codebook, read_codes(wave.wave)).join(beside(wave.wave, codebook))
    for each in frame:
        assert frame[each].between(codes[f"{each}_low"], codes[f"{each}_high"]).all(), (each, seed)
    answered = outcomes.sample(51, random_state=seed).sort_index()
    context = codes.loc[answered.index, [*codebook.context_variables]].astype(float)
    shared = beside_codes(codes, codebook, "cluster")
    found = association_table(answered, context, context["commitment"], 199, seed, 0.05, shared).set_index("exposure")
    row = found.loc[name]
    assert np.isfinite(row["clusters"]) == (name == "employment")
    return row["low"] <= np.exp(RECOVERED[name]) <= row["high"], row["p_adjusted"] < 0.05


@pytest.mark.whole
@pytest.mark.parametrize("waves", [range(12), pytest.param(range(12, 212), marks=pytest.mark.wide)])
def test_what_acts_on_the_yields_is_recovered_through_the_files(copy: Path, codebook: Codebook, waves: range):
    names = [*RECOVERED]
    found = np.array([_recovered(names[seed % 3], seed, codebook) for seed in waves])
    held, seen = found.mean(axis=0)
    assert held >= PROMISED - 2 * np.sqrt(PROMISED * (1 - PROMISED) / len(waves))
    assert seen > 0.4

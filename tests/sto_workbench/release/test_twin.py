import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_workbench.intake.clean import check_wave
from sto_workbench.release.twin import SAYS, Asked, spread, twin

ITEMS = tuple(read_codebook().items)
WAVES = [Asked("2021", ITEMS), Asked("2024", ITEMS)]


def released(**values: float) -> pd.DataFrame:
    """Rows of a store as a release has them: id → share of 51."""
    rows = [
        ("population.shares", 78, np.nan),
        ("answered.shares", 51, np.nan),
        ("population.urgency.teachers.2021", 80, np.nan),
        ("share.urgency.teachers.2021", 0.58, 52),
        ("difference.urgency.teachers.2021", 0.3, 42),
        *((name.replace("__", "."), value, 51) for name, value in values.items()),
    ]
    return pd.DataFrame(rows, columns=["id", "value", "n"])


def export(files: dict[str, bytes], year: int = 2024) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(files[f"raw/synthetic-{year}/twin.synthetic-{year}.csv"]))


def test_a_twin_has_the_released_margins_the_size_and_the_panel(codebook: Codebook):
    shown = {"share__urgency__teachers__4": 0.25, "share__urgency__teachers__band__top": 0.88}
    files = twin(released(**shown), WAVES, codebook, 7)
    now, before = export(files), export(files, 2021)
    counts = Counter(now["t_urgency_teachers"])
    assert (counts[5], counts[4], sum(counts[code] for code in (1, 2, 3))) == (13, 45 - 13, 6)
    assert (len(now), len(before), len(set(now["region"]) & set(before["region"]))) == (51, 52, 42)
    assert (before["t_urgency_teachers"] >= 4).sum() == round(0.58 * 52)
    assert len(pd.read_csv(io.BytesIO(files["raw/synthetic-2024/frame.csv"]))) == 78
    assert len(pd.read_csv(io.BytesIO(files["raw/synthetic-2021/frame.csv"]))) == 80


def test_what_is_withheld_is_spread_evenly_and_what_nobody_answered_is_not_known(codebook: Codebook):
    rows = released(share__yield__image__band__top=np.nan)
    rows.loc[len(rows)] = ("share.grade.teachers_valued.band.top", 0.5, 40.0)
    now = export(twin(rows, WAVES, codebook, 7))
    assert sorted(Counter(now["t_yield_image"]).values()) == [10, 10, 10, 10, 11]
    grades = now["t_grade_teachers_valued"]
    assert (grades == 99).sum() == 11
    assert (grades.between(8, 10)).sum() == 20


def test_a_twin_is_a_function_of_what_is_shown_and_its_seed_and_says_what_it_is_in_every_file(codebook: Codebook):
    withheld = released(share__yield__image__band__top=np.nan, share__urgency__image__band__top=0.5)
    one = twin(withheld, WAVES, codebook, 7)
    assert one == twin(withheld.dropna(subset=["value"]), WAVES, codebook, 7)
    assert one != twin(withheld, WAVES, codebook, 8)
    assert all(SAYS.encode() in content for content in one.values())
    assert "T001" in one["regions.csv"].decode()
    assert "R01" not in json.dumps({name: content.decode() for name, content in one.items()})


def test_a_twin_is_a_delivery_without_problems(copy: Path, codebook: Codebook):
    files = twin(released(), WAVES, codebook, 7)
    for name, content in files.items():
        path = copy / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for wave in ("synthetic-2021", "synthetic-2024"):
        for name in ("context.csv", "context.yaml"):
            (copy / "data" / "raw" / wave / name).unlink()
    assert len(check_wave("synthetic-2024").answers) == 51


@given(st.data())
def test_counts_are_never_negative_and_always_sum_to_their_total(data: st.DataObject):
    levels, total = data.draw(st.integers(1, 10)), data.draw(st.integers(0, 60))
    sets = st.lists(st.integers(0, levels - 1), min_size=1, unique=True)
    parts = data.draw(st.lists(st.tuples(sets, st.floats(0, 70)), max_size=12))
    counts = spread(parts, levels, total)
    assert min(counts) >= 0
    assert (sum(counts), len(counts)) == (total, levels)


@pytest.mark.parametrize("counts", [(3, 0, 9, 14, 25), (0, 0, 0, 0, 51)])
def test_known_counts_are_kept(counts: tuple[int, ...]):
    assert spread([([at], count) for at, count in enumerate(counts)], 5, 51) == list(counts)

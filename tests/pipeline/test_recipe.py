"""The colophon names what a result was made of."""

import re
from pathlib import Path

from sto_analysis.pipeline.recipe import colophon, hash_folder


def test_the_data_hash_follows_the_content_and_the_names(tmp_path: Path):
    (tmp_path / "a").write_text("1")
    first = hash_folder(tmp_path)
    assert first == hash_folder(tmp_path)
    (tmp_path / "a").write_text("2")
    second = hash_folder(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, hash_folder(tmp_path)}) == 3


def test_a_colophon_is_complete():
    facts = colophon("synthetic-2024", wave="synthetic-2024", seed=3)
    assert re.match(r"[0-9a-f]{40}", facts["commit"])
    assert re.fullmatch(r"synthetic-2024 [0-9a-f]{64}, codebook [0-9a-f]{64}", facts["data"])
    assert facts["parameters"] == "wave = synthetic-2024, seed = 3"
    assert "statsmodels" in facts["packages"]
    assert re.fullmatch("[0-9a-f]{64}", facts["lock"])


def test_outside_git_there_is_no_commit(copy: Path):
    assert colophon("published")["commit"] == "–"

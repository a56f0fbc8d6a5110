"""A run from elsewhere is read, and nothing in it is trusted."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.compare import run as module
from sto_workbench.compare.run import in_folder, read_parquet, zipped
from tests.sto_workbench.compare.runs import made, store

TOLD = json.dumps({"wave": "2024", "records": {"a": {"code": 1}, "b": None}}).encode()


def _zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    return path


def test_a_zip_and_its_folder_are_the_same_run(tmp_path: Path):
    files = {"run.json": TOLD, "results/shares.parquet": store({}), "files/abc": b"x"}
    path = _zip(tmp_path / "1.zip", files)
    with zipfile.ZipFile(path) as whole:
        whole.extractall(tmp_path / "1")
    for found in (zipped("a", path), in_folder("a", tmp_path / "1")):
        assert (found.wave, list(found.results(found.tables)["id"]), found.records) == ("2024", ["share.a"], {})
        assert (found.content("abc"), found.content("no"), found.content(None)) == (b"x", None, None)


def test_a_folder_of_results_alone_names_its_wave(tmp_path: Path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "shares.parquet").write_bytes(store({}))
    (tmp_path / "answers.parquet").write_bytes(b"x")
    found = in_folder("a", tmp_path)
    assert (found.wave, found.records, found.files["answers.parquet"]()) == ("synthetic-2024", {}, b"x")


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path):
    outside = tmp_path / "secret.parquet"
    outside.write_bytes(store({}))
    folder = tmp_path / "run"
    (folder / "results").mkdir(parents=True)
    (folder / "results" / "shares.parquet").symlink_to(outside)
    with pytest.raises(Problems, match="no results"):
        in_folder("a", folder)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"x": b"1"}, "no results"),
        ({"results/a.parquet": b"no parquet"}, "no table that can be read"),
        ({"results/a.parquet": store({})[:-9]}, "no table that can be read"),
        ({"results/a.parquet": store({}), "run.json": b"{"}, "no JSON"),
        ({"results/a.parquet": store({}), "run.json": b"[" * 100_000}, "no JSON"),
        ({"results/../../a.parquet": store({}), "../x": b"1"}, ""),
    ],
)
def test_what_is_no_run_is_said(tmp_path: Path, files: dict[str, bytes], said: str):
    path = _zip(tmp_path / "1.zip", files)
    if not said:
        assert zipped("a", path).wave == "synthetic-2024"
        assert sorted(each.name for each in tmp_path.iterdir()) == ["1.zip"]
        return
    with pytest.raises(Problems, match=said):
        found = zipped("a", path)
        found.results(found.tables)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = _zip(tmp_path / "1.zip", {"results/a.parquet": b"0" * 2_000_000})
    monkeypatch.setattr(module, "LARGEST", 1_000_000)
    with pytest.raises(Problems, match="more, or larger files"):
        zipped("a", path)
    with pytest.raises(Problems, match="zip file"):
        zipped("a", Path(__file__))
    monkeypatch.setattr(module, "LARGEST", 10)
    with pytest.raises(Problems, match="larger than a run"):
        read_parquet(store({}), "a table")


def test_a_zip_that_lies_about_its_sizes_or_is_damaged_gives_no_more_than_it_says(tmp_path: Path):
    path = _zip(tmp_path / "1.zip", {"results/a.parquet": store({}), "files/a": b"1" * 10_000})
    content = bytearray(path.read_bytes())
    place = content.index(b"files/a") + len(b"files/a")
    content[place : place + 9] = b"\xff" * 9
    path.write_bytes(content)
    found = zipped("a", path)
    with pytest.raises(Problems, match="damaged"):
        found.content("a")


def test_a_table_that_is_none_of_the_store_is_refused():
    import io

    import pandas as pd

    buffer = io.BytesIO()
    pd.DataFrame({"id": ["x"]}).to_parquet(buffer)
    found = made({}, **{"results/x.parquet": buffer.getvalue()})
    with pytest.raises(Problems, match="no column 'wave'"):
        found.results(found.tables)
    with pytest.raises(Problems, match="a number that is none"):
        wrong = made({"value": "many"})
        wrong.results(wrong.tables)

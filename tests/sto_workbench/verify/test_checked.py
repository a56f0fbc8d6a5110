import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from sto_workbench.release.derived import descriptions, twin_files, write
from sto_workbench.verify import checked as module
from sto_workbench.verify.again import python
from sto_workbench.verify.checked import checked
from sto_workbench.verify.compared import Compared
from sto_workbench.verify.sums import amiss, sums
from tests.sto_workbench.release.small import PAGE, small_release
from tests.sto_workbench.verify.altered import ALTERED, whole_release
from tests.sto_workbench.verify.altered import PAGE as PAGE_OF

TWIN = pd.DataFrame({"id": ["share.a"], "value": [0.25], "text": [None], "low": [0.1], "high": [0.4], "n": [51.0],
                     "unit": ["share"], "status": [None]})  # fmt: skip


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small release; what runs the code of a release is done here, without a run."""
    folder = small_release(tmp_path / "release")
    project = "[project]\ndependencies=['pandas']"
    locked = {"requirements.lock": "pandas==0.0.1 \\\nruff==0.0.1\n", "pyproject.toml": project}
    write(folder / "code", {name: text.encode() for name, text in locked.items()})
    write(folder, {"twin/results.csv": TWIN.to_csv(index=False).encode()})
    write(folder, descriptions(folder))
    write(folder, {"SHA256SUMS": sums(folder).encode()})

    def made_again(_code: Path, _root: Path, *words: str) -> str:
        made = twin_files(Path(words[2])) | descriptions(Path(words[2]))
        write(Path(words[3]), made | {"report/national.synthetic-2024.en.html": PAGE.encode()})
        return ""

    monkeypatch.setattr(module, "python", made_again)
    monkeypatch.setattr(module, "compute", lambda *_: TWIN)
    return folder


def different(folder: Path, work: Path) -> list[str]:
    work.mkdir()
    return [each.what for each in checked(folder, work) if each.word == "different"]


def test_a_release_as_it_was_made_differs_in_nothing_and_another_version_is_named(released: Path, tmp_path: Path):
    assert different(released, tmp_path / "work") == []
    found = {each.what: each.word for each in checked(released, tmp_path / "again")}
    assert found["environment: pandas"] == "within tolerance"
    assert "environment: ruff" not in found


@pytest.mark.parametrize("text", ["", "[project]\ndependencies = 5", "[project]\ndependencies = ['a b']"])
def test_a_pyproject_that_cannot_be_read_is_told(released: Path, tmp_path: Path, text: str):
    write(released, {"code/pyproject.toml": text.encode()})
    assert "environment" in different(released, tmp_path / "work")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("results/shares.csv", "0.88", "0.89"),
        ("results/datapackage.json", '"bytes": ', '"bytes": 1'),
        ("report/national.synthetic-2024.en.html", "Figure 1", "Figure 2"),
        ("twin/data/raw/synthetic-2024/twin.synthetic-2024.csv", "T001,5", "T001,4"),
        ("twin/results.csv", "0.25", "0.35"),
        ("README.md", "2 of 3", "3 of 3"),
        ("checks.csv", "1 of 2", "2 of 2"),
        ("CITATION.cff", "2026-11-27", "2026-11-28"),
        ("codecheck.yml", "release 1", "release 2"),
        ("ro-crate-metadata.json", "2026-11-27", "2026-11-28"),
        ("release.json", '"number":1', '"number":2'),
        ("disclosure.yaml", "value: 3", "value: 2"),
        ("code/data/multiverse.yaml", "0", "1"),
    ],
)
def test_an_altered_digit_is_found_and_named(released: Path, tmp_path: Path, name: str, old: str, new: str):
    path = released / name
    text = path.read_text()
    if "T001," in old:  # whatever code stands there, another
        old = next(line for line in text.splitlines() if ",T0" in line)
        new = old[:-1] + ("1" if old[-1] == "0" else "0")
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert [*amiss(released)] == [(name, "changed")]
    write(released, {"SHA256SUMS": sums(released).encode()})  # a forger writes the checksums again
    found = different(released, tmp_path / "work")
    told = {"release.json": "README.md"}  # what is made of it
    assert any(told.get(name, name) in each for each in found)


def test_code_that_cannot_be_run_differs_and_the_rest_is_told_all_the_same(released: Path, tmp_path: Path, monkeypatch):
    def broken(*_: object) -> str:
        raise module.RunFailed("ZeroDivisionError")

    monkeypatch.setattr(module, "python", broken)
    work = tmp_path / "work"
    work.mkdir()
    found = list(checked(released, work))
    assert any("ZeroDivisionError" in each.why for each in found)
    assert any(each.what.startswith("twin/results.csv") and each.word == "equal" for each in found)


def test_what_cannot_be_told_says_why(released: Path, tmp_path: Path):
    work = tmp_path / "work"
    work.mkdir()
    found = {each.what: each for each in checked(released, work) if each.word == "not checkable"}
    assert "commit" in found["code/ against its commit"].why
    assert "confidential" in found["results/ of the answers"].why
    assert json.loads((released / "release.json").read_text())["commit"] == "0" * 40


def test_where_no_browser_is_a_pdf_cannot_be_told(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write(released, {"report/a.pdf": b"%PDF"})
    write(released, descriptions(released))
    write(released, {"SHA256SUMS": sums(released).encode()})
    monkeypatch.setattr(module, "browser", lambda: "/bin/true")
    assert "report/a.pdf" in different(released, tmp_path / "with")
    monkeypatch.setattr(module, "browser", lambda: None)
    assert different(released, tmp_path / "without") == []
    (found,) = [each for each in checked(released, tmp_path / "again") if each.what == "report/a.pdf"]
    assert (found.word, found.why) == ("not checkable", "no browser here that prints it")


@pytest.fixture(scope="module")
def whole(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A whole release, and what is made again of it, once."""
    folder = whole_release(finished, tmp_path_factory.mktemp("whole"))
    with TemporaryDirectory(prefix="sto-") as short:  # a browser wants short paths
        home = shutil.copytree(folder / "code", Path(short) / "home")
        made = Path(short) / "made"
        python(home, home, "-m", module._AGAIN, str(folder), str(made), "--report")
        yield folder, made


def found_in(whole: tuple[Path, Path], folder: Path, work: Path, patched: pytest.MonkeyPatch) -> list[Compared]:
    """What differs; what is made again of the release is taken from where it was made."""
    known = pd.read_csv(whole[0] / "twin" / "results.csv", dtype={"text": "str", "status": "str"})
    patched.setattr(module, "compute", lambda *_: known)
    patched.setattr(module, "python", lambda *words: shutil.copytree(whole[1], words[-2]))
    work.mkdir()
    return [each for each in checked(folder, work) if each.word == "different"]


@pytest.mark.wide
def test_a_whole_release_made_again_differs_in_no_byte(
    whole: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert found_in(whole, whole[0], tmp_path / "work", monkeypatch) == []
    made = [path for path in whole[1].rglob("*") if path.is_file() and not path.is_relative_to(whole[1] / "root")]
    assert made
    for path in made:
        assert path.read_bytes() == (whole[0] / path.relative_to(whole[1])).read_bytes(), path


@pytest.mark.wide
@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_digit_of_a_whole_release_is_found_and_its_place_named(
    whole: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
):
    name, alter, where = ALTERED[what]
    folder = shutil.copytree(whole[0], tmp_path / "release")
    (folder / name).write_bytes(alter((folder / name).read_bytes()))
    assert [*amiss(folder)] == [(name, "changed")]
    write(folder, {"SHA256SUMS": sums(folder).encode()})  # a forger writes the checksums again
    found = found_in(whole, folder, tmp_path / "work", monkeypatch)
    assert [each for each in found if each.what.startswith(name) and where in each.why], found


@pytest.mark.wide
def test_altered_results_that_their_package_agrees_with_differ_from_report_and_twin(
    whole: tuple[Path, Path], tmp_path: Path
):
    folder = shutil.copytree(whole[0], tmp_path / "release")
    path = folder / "results" / "shares.csv"
    path.write_bytes(
        re.sub(rb"(\nshare\.yield\.image\.top,[^\n]*?,share,0\.)\d+", rb"\g<1>11", path.read_bytes(), count=1)
    )
    write(folder, descriptions(folder))
    write(folder, {"SHA256SUMS": sums(folder).encode()})
    with TemporaryDirectory(prefix="sto-") as short:
        found = [each.what for each in module._again(folder, Path(short)) if each.word == "different"]
    assert {f"{PAGE_OF}.html", f"{PAGE_OF}.pdf", f"{PAGE_OF}.docx", f"{PAGE_OF}.pptx"} <= {*found}

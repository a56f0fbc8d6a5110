import json
from pathlib import Path

import pytest
import yaml

from sto_workbench.release.crate import codecheck, crate
from sto_workbench.verify.sums import files
from tests.sto_workbench.release.small import facts, small_release

ORCID = "https://orcid.org/0000-0002-1825-0097"


def test_the_crate_names_only_files_that_are_there_and_every_id_that_it_refers_to(tmp_path: Path):
    folder = small_release(tmp_path)
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    known = {each["@id"]: each for each in graph}
    assert len(known) == len(graph)
    assert "mainEntity" in known["./"]
    referred = {each["@id"] for each in _references(graph)}
    assert referred - known.keys() <= {"https://w3id.org/ro/crate/1.1"}
    for name, each in known.items():
        if "File" in each["@type"]:
            assert (folder / name).is_file(), name
    run = known["#rendering"]
    assert run["instrument"] == known["./"]["mainEntity"]
    assert {each["@id"] for each in run["result"]} == {"report/national.synthetic-2024.en.html"}


def test_what_the_report_is_rendered_from_goes_in_and_does_not_come_out(tmp_path: Path):
    folder = small_release(tmp_path)
    source, page = "report/source/data/wave.yaml", "report/national.synthetic-2024.en.html"
    graph = json.loads(crate(facts(), folder, [*files(folder), source]))["@graph"]
    run = next(each for each in graph if each["@id"] == "#rendering")
    assert {"@id": source} in run["object"]
    assert run["result"] == [{"@id": page}]
    assert any(each["@id"] == source and each["@type"] == "File" for each in graph)


def _references(node: object) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [found for each in node for found in _references(each)]
    if not isinstance(node, dict):
        return []
    if set(node) == {"@id"}:
        return [node]
    return [found for each in node.values() for found in _references(each)]


def test_codecheck_is_the_authors_part_without_a_placeholder(tmp_path: Path):
    text = (small_release(tmp_path) / "codecheck.yml").read_text()
    told = yaml.safe_load(text)
    assert text.startswith("---\n")
    assert told["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    assert told["paper"]["title"].startswith("SYNTHETIC")
    assert all(each["name"] for each in told["paper"]["authors"])
    named = [each["file"] for each in told["manifest"]]
    assert named
    assert all((tmp_path / name).is_file() and not name.startswith("/") for name in named)
    assert not any(word in text for word in ("FIXME", "TODO", "XXXX"))


def test_codecheck_gives_plain_orcids_and_an_address_where_the_citation_has_them(tmp_path: Path):
    folder = small_release(tmp_path)
    known = yaml.safe_load((folder / "code" / "CITATION.cff").read_text())
    known |= {"doi": "10.5281/zenodo.1", "url": "https://example.org", "authors": [{"name": "A", "orcid": ORCID}]}
    (folder / "code" / "CITATION.cff").write_text(yaml.safe_dump(known))
    told = yaml.safe_load(codecheck(facts(), folder, []))
    assert told["paper"]["reference"] == "https://doi.org/10.5281/zenodo.1"
    assert told["paper"]["authors"] == [{"name": "A", "ORCID": "0000-0002-1825-0097"}]
    assert told["version"] == "https://codecheck.org.uk/spec/config/2.0/"  # which requires both


@pytest.mark.parametrize(
    "more", [{"authors": [{"name": "A", "orcid": ORCID}]}, {"url": "https://example.org"},
             {"url": "https://example.org", "authors": [{"name": "A", "orcid": ORCID}, {"name": "B"}]}]
)  # fmt: skip
def test_codecheck_claims_no_version_whose_rules_it_does_not_keep(tmp_path: Path, more: dict[str, object]):
    folder = small_release(tmp_path)
    known = yaml.safe_load((folder / "code" / "CITATION.cff").read_text())
    (folder / "code" / "CITATION.cff").write_text(yaml.safe_dump(known | more))
    told = yaml.safe_load(codecheck(facts(), folder, []))
    assert told["version"] == "https://codecheck.org.uk/spec/config/1.0/"


def test_the_citation_has_what_its_schema_requires(tmp_path: Path):
    told = yaml.safe_load((small_release(tmp_path) / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= told.keys()
    assert (told["type"], told["version"], str(told["date-released"])) == ("dataset", "synthetic-2024.1", "2026-11-27")

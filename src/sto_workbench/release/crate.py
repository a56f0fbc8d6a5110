"""Descriptions that other programs read: RO-Crate (workflow run profile), codecheck.yml, CITATION.cff."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from sto_workbench.release.exhibits import REPORT
from sto_workbench.release.facts import FACTS, SOURCE, Facts

_COMMENTS = {"report": "Rendered from the released results", "results": "Released results"}
CRATE, CODECHECK, CITATION = "ro-crate-metadata.json", "codecheck.yml", "CITATION.cff"
_MAIN = f"code/notebooks/{REPORT}.ipynb"
_PROFILES = (
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
)
_CC_BY, _MIT = "https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/MIT"
_PAPERMILL = "https://papermill.readthedocs.io/"
_BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_MIME = {
    "csv": "text/csv", "html": "text/html", "pdf": "application/pdf", "json": "application/json",
    "svg": "image/svg+xml", "png": "image/png", "cff": "application/yaml",
    "ipynb": "application/x-ipynb+json", "md": "text/markdown", "yaml": "application/yaml", "yml": "application/yaml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def title(facts: Facts) -> str:
    """Call a release by its name."""
    return f"{'SYNTHETIC: ' if facts.synthetic else ''}STO monitor {facts.wave}, release {facts.number}"


def citation(facts: Facts, folder: Path) -> bytes:
    """CITATION.cff of a release: the authors of the compendium, the release as a data set."""
    known = yaml.safe_load((folder / "code" / CITATION).read_text(encoding="utf-8"))
    told = {
        "cff-version": "1.2.0",
        "message": "If you use these results, please cite them as below.",
        "title": title(facts),
        "type": "dataset",
        "authors": known["authors"],
        "version": f"{facts.wave}.{facts.number}",
        "date-released": facts.date,
        "license": "CC-BY-4.0",
        "abstract": _abstract(facts),
        "references": [{name: known[name] for name in ("title", "type", "authors", "version", "license")}],
    }
    told |= {name: known[name] for name in ("doi", "url", "repository-code") if name in known}
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110).encode()


def _abstract(facts: Facts) -> str:
    made = " The answers are SYNTHETIC: nothing in it is a finding." if facts.synthetic else ""
    return f"National results of the STO monitor {facts.wave} that passed disclosure control, and their making.{made}"


def codecheck(facts: Facts, folder: Path, files: Sequence[str]) -> bytes:
    """codecheck.yml after CODECHECK: the part of the author; the codechecker adds the rest.

    Identifiers (ORCID, reference) are those of CITATION.cff of the compendium; where it has none, none is made up, and
    the file is one of version 1.0, which recommends what 2.0 requires.
    """
    known = yaml.safe_load((folder / "code" / CITATION).read_text(encoding="utf-8"))
    authors = [_author(each) for each in known["authors"]]
    doi = f"https://doi.org/{known['doi']}" if "doi" in known else ""
    reference = doi or known.get("url") or known.get("repository-code")
    paper = {"title": title(facts), "authors": authors, **({"reference": reference} if reference else {})}
    made = [name for name in files if re.match(r"report/[^/]+\.(html|pdf|docx|pptx)$|results/.*\.csv$", name)]
    version = "2.0" if reference and all("ORCID" in each for each in authors) else "1.0"
    told = {
        "version": f"https://codecheck.org.uk/spec/config/{version}/",
        "paper": paper,
        "manifest": [{"file": name, "comment": _COMMENTS[name.split("/")[0]]} for name in made],
    }
    return ("---\n" + yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110)).encode()


def _author(author: dict[str, Any]) -> dict[str, str]:
    name = author.get("name") or f"{author.get('given-names', '')} {author.get('family-names', '')}".strip()
    orcid = str(author.get("orcid", "")).rsplit("/", maxsplit=1)[-1]
    return {"name": name, **({"ORCID": orcid} if orcid else {})}


def crate(facts: Facts, folder: Path, files: Sequence[str]) -> bytes:
    """ro-crate-metadata.json: RO-Crate 1.1 with the Workflow Run Crate profile.

    Parameters
    ----------
    facts : Facts
        Of the release.
    folder : Path
        Of the release.
    files : sequence of str
        Its files, below it.
    """
    known = yaml.safe_load((folder / "code" / CITATION).read_text(encoding="utf-8"))
    inputs = [name for name in files if name.startswith(("results/", f"{SOURCE}/"))]
    inputs += [name for name in ("code/data/codebook.yaml", "code/data/multiverse.yaml") if name in files]
    outputs = [name for name in files if name.startswith("report/") and name not in inputs]
    alone = [name for name in files if "/" not in name and name not in {CRATE, "SHA256SUMS"}]
    folders = [name for name in _FOLDERS if any(each.startswith(name) for each in files)]
    parts = [*dict.fromkeys([*alone, *inputs, *outputs, _MAIN])]
    people = [_ref("#author-" + str(number)) for number in range(len(known["authors"]))]
    graph = [
        _descriptor(),
        _root(facts, [*parts, *folders], people),
        *(_entity(each, "CreativeWork", name=each.rsplit("/", 2)[1], version=each[-3:]) for each in _PROFILES),
        *map(_maker, people, known["authors"]),
        *_workflow(facts),
        _action(facts, inputs, outputs, people),
        *(_file(name) for name in parts if name != _MAIN),
        *(_entity(name, "Dataset", name=name.rstrip("/"), description=_FOLDERS[name]) for name in folders),
    ]
    told = {
        "@context": ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"],
        "@graph": graph,
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


_FOLDERS = {
    "code/": "Code of the compendium at the commit of the release",
    "twin/": "SYNTHETIC TWIN of the wave, and what the code makes of it",
}


def _ref(name: str) -> dict[str, str]:
    return {"@id": name}


def _descriptor() -> dict[str, Any]:
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": [_ref("https://w3id.org/ro/crate/1.1"), _ref(_PROFILES[2])],
        "about": _ref("./"),
    }


def _root(facts: Facts, parts: Sequence[str], people: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": [_ref(profile) for profile in _PROFILES],
        "name": title(facts),
        "description": _abstract(facts),
        "datePublished": facts.date,
        "version": str(facts.number),
        "license": _ref(_CC_BY),
        "author": people[0] if len(people) == 1 else people,
        "mainEntity": _ref(_MAIN),
        "mentions": _ref("#rendering"),
        "hasPart": [_ref(name) for name in parts],
    }


def _entity(id_: str, kind: str | list[str], /, **more: Any) -> dict[str, Any]:
    return {"@id": id_, "@type": kind, **more}


def _maker(person: dict[str, str], author: dict[str, Any]) -> dict[str, Any]:
    return _entity(person["@id"], "Organization" if "name" in author else "Person", name=_author(author)["name"])


def _workflow(facts: Facts) -> list[dict[str, Any]]:
    """The notebook of the report, and what it refers to."""
    return [
        _entity(
            _MAIN,
            ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            name="National report",
            encodingFormat=_MIME["ipynb"],
            programmingLanguage=_ref("#papermill"),
            version=facts.commit,
            conformsTo=_ref(_BIOSCHEMAS),
            license=_ref(_MIT),
        ),
        _entity("#papermill", "ComputerLanguage", name="Jupyter notebook run by Papermill", url=_ref(_PAPERMILL)),
        _entity(_PAPERMILL, "WebPage", name="Papermill"),
        _entity(_CC_BY, "CreativeWork", name="CC BY 4.0", description="Creative Commons Attribution 4.0 International"),
        _entity(_MIT, "CreativeWork", name="MIT", description="MIT License"),
        _entity(_BIOSCHEMAS, "CreativeWork", name="ComputationalWorkflow profile"),
    ]


def _action(
    facts: Facts, inputs: Sequence[str], outputs: Sequence[str], people: list[dict[str, str]]
) -> dict[str, Any]:
    """The run that rendered the report, in a compendium that held nothing but what is released."""
    return _entity(
        "#rendering",
        "CreateAction",
        name=f"Rendering of release {facts.number}",
        description="The report rendered from the released results, in a compendium that holds nothing else",
        instrument=_ref(_MAIN),
        object=[_ref(name) for name in inputs],
        result=[_ref(name) for name in outputs],
        agent=people[0],
        endTime=f"{facts.date}T12:00:00+00:00",
        actionStatus="http://schema.org/CompletedActionStatus",
    )


def _file(name: str) -> dict[str, Any]:
    told: dict[str, Any] = {"@id": name, "@type": "File", "name": Path(name).name}
    ending = name.rpartition(".")[2]
    told |= {"description": "What the other descriptions are made of"} if name == FACTS else {}
    told |= {"about": _ref("./")} if name == "README.md" else {}
    return told | ({"encodingFormat": _MIME[ending]} if ending in _MIME else {})

"""The report of a release holds what passed the gate, says which release it is, and nothing untrue."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.scales import Language
from sto_analysis.report.context import Context
from sto_analysis.report.sentences import focus
from sto_analysis.report.sentences.associations import association_sentences, found_rows, plain_sentences
from sto_analysis.report.shown import Release, release_sentence, withheld
from sto_analysis.results import WITHHELD, read_result
from sto_workbench.pipeline.plan import LANGUAGES
from sto_workbench.release.blank import Shown
from sto_workbench.release.render import public_root
from tests.gated import RELEASE, gate, outputs, sentences
from tests.running import WAVE

PARTS: tuple[tuple[float, Language], ...] = ((0.02, "nl"), (0.1, "en"), (0.3, "nl"), (0.9, "en"), (1.0, "nl"))


@pytest.fixture
def root(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STO_ROOT", str(finished))
    folder = tmp_path / "root"
    folder.mkdir()
    return public_root(WAVE, gate(WAVE, 0.3, seed=1).tables, folder, RELEASE)


@pytest.mark.whole
def test_a_public_root_holds_nothing_but_what_the_report_reads(root: Path, finished: Path):
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    results = {path for path in files if path.startswith(f"data/processed/{WAVE}/results/")}
    assert files - results == {
        "data/codebook.yaml",
        "data/multiverse.yaml",
        f"data/processed/{WAVE}/release.json",
        "data/raw/synthetic-2021/wave.yaml",
        f"data/raw/{WAVE}/wave.yaml",
        "notebooks/05_national_report.ipynb",
        "notebooks/05_national_report.nl.yaml",
        "requirements.lock",
    }
    assert not {path for path in results if "own" in path or "alike" in path or not path.endswith(".parquet")}
    described = yaml.safe_load((root / f"data/raw/{WAVE}/wave.yaml").read_text(encoding="utf-8"))
    source = yaml.safe_load((finished / f"data/raw/{WAVE}/wave.yaml").read_text(encoding="utf-8"))
    told = json.dumps(described)
    for secret in [source["file"], source["frame"], *(item["column"] for item in source["items"].values())]:
        assert json.dumps(secret) not in told
    assert described["title"] == source["title"]


def _of_withholding(language: Language, folder: Path) -> set[str]:
    """What only a release says."""
    told = json.loads((folder / f"data/processed/{WAVE}/release.json").read_text(encoding="utf-8"))
    context = Context(language, read_codebook())
    keys = ("part", "why", "nothing_told", "left_out", "no_answer")
    texts = [release_sentence(context, Release(**told)), *(context.texts(f"release.{key}") for key in keys)]
    return sentences([("", f"<p>{each}</p>") for each in texts])


def _of_shown(language: Language, folder: Path) -> set[str]:
    """What all numbers say of the associations that a release shows: lists that are shorter, and no conclusion."""
    context = Context(language, read_codebook())
    whole = {name: read_result(WAVE, name) for name in ("associations", "robustness", "hidden")}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STO_ROOT", str(folder))
        gated = read_result(WAVE, "associations")

    def of(*columns: str) -> dict[str, pd.DataFrame]:
        shown = set(gated.loc[~withheld(gated, *columns), "exposure"])
        return {name: frame[frame["exposure"].isin(shown)] for name, frame in whole.items()}

    rows = of("odds_ratio", "p_adjusted")
    some = len(rows["associations"]) > 0
    said = [*plain_sentences(context, rows), *association_sentences(context, rows["associations"])] if some else []
    found = found_rows(context, of("odds_ratio", "p_adjusted", "difference", "share_low", "share_high"))
    said += [context.texts("release.answer", names=context.names(row["exposure"] for row in found))]
    never = {context.texts("plain.nothing"), context.texts("plain.untested")}
    return sentences([("", f"<p>{each}</p>") for each in said if each not in never])


@pytest.mark.whole
def test_what_a_release_says_the_whole_page_says_too(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    whole = {}
    for language in LANGUAGES:
        whole[language] = sentences(outputs(finished, WAVE, language))
        with monkeypatch.context() as patched:  # the large numbers of a page that has no focus
            patched.setattr(focus, "find_focus", lambda *_: None)
            large = [each for each in outputs(finished, WAVE, language) if each[0] == "callouts"]
        whole[language] |= sentences(large)
    for seed, (part, language) in enumerate(PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        public_root(WAVE, gate(WAVE, part, seed).tables, folder, RELEASE)
        said = sentences(outputs(folder, WAVE, language))
        assert said - whole[language] - _of_shown(language, folder) - _of_withholding(language, folder) == set(), (
            part,
            seed,
        )
        assert len(said) > 10


@pytest.mark.whole
def test_a_page_is_the_same_whatever_was_withheld(finished_copy: Path, tmp_path: Path):
    pages = []
    for place in range(2):
        folder = tmp_path / str(place)
        folder.mkdir()
        public_root(WAVE, (passed := gate(WAVE, 0.4, seed=5)).tables, folder, RELEASE)
        pages.append(outputs(folder, WAVE, "nl", pictures=True))
        for path in (finished_copy / f"data/processed/{WAVE}/results").glob("*.parquet"):
            if path.stem in passed.tables:
                _change_hidden(path, passed.tables[path.stem])
    assert pages[0] == pages[1]


def _change_hidden(path: Path, passed: Shown) -> None:
    """Give what is withheld of a table other numbers and states."""
    store = parquet.ParquetFile(path).read()
    frame = store.to_pandas()
    shown = set(passed.rows.loc[passed.rows["status"] != WITHHELD, "id"])
    hidden = ~frame["id"].isin(shown)
    for column in ("value", "low", "high", "n", "status"):
        frame.loc[hidden, column] = frame.loc[hidden, column].to_numpy()[::-1]
    whole = ~frame["labels"].isin(frame.loc[~hidden, "labels"])  # rows of which nothing is shown
    frame.loc[whole, "labels"] = frame.loc[whole, "labels"].str.replace('"estimated"', '"ridge"')
    changed = pa.Table.from_pandas(frame, store.schema, preserve_index=False)
    parquet.write_table(changed.replace_schema_metadata(store.schema.metadata), path)

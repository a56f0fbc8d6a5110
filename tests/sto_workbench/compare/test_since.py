"""The national report says what changed since a run was handed out."""

import datetime
from pathlib import Path

import pytest

from sto_analysis.report.language import Texts
from sto_workbench.compare import kept
from sto_workbench.compare.difference import difference
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.since import Since
from tests.running import WAVE, sto
from tests.sto_workbench.compare.runs import made


def test_that_nothing_was_handed_out_or_changed_is_said():
    assert Since().told(Texts("en")) == ["No run has been handed out yet."]
    same = Since(datetime.date(2024, 3, 1), difference(made({}), made({})))
    assert same.told(Texts("nl")) == [
        "Op 1 maart 2024 is een uitvoering uitgegeven; sindsdien is geen uitkomst veranderd."
    ]


def test_what_changed_is_counted_and_put_down_without_answers_of_single_regions():
    found = difference(made({}, {"id": "b"}), made({"value": 0.5}, {"id": "b", "value": 0.8801}))
    cause = Cause("answers", WAVE, "urgency_image", cells=(("R01", "a", "b"), ("R02", "a", "c")))
    found.between._known["shares"] = {  # as if these answers were what it came of
        name: type(because)((cause,), True) for name, because in found.because.items()
    }
    found.__dict__.pop("because")
    assert Since(datetime.date(2024, 3, 1), found).told(Texts("en")) == [
        "A run was handed out on 1 March 2024. Since then, results that changed: 2, of which as they are published: 1.",
        f"Because of: answers to urgency_image in wave {WAVE} (2 regions).",
    ]


@pytest.mark.whole
def test_a_run_that_is_handed_out_is_what_later_ones_are_held_against(finished_copy: Path):
    assert kept.hand_out(WAVE) == kept.kept(WAVE)[0]
    only = ("run", WAVE, "--only", "02_describe", "--only", "05_national_report")
    notebook = finished_copy / "notebooks" / "02_describe.ipynb"
    text = notebook.read_text(encoding="utf-8")
    assert "distribution(codes[[name]]" in text
    notebook.write_text(text.replace("distribution(codes[[name]]", "distribution(codes.iloc[1:][[name]]"), "utf-8")
    code, out, err = sto(finished_copy, *only)
    assert (code, "3 of 3 pages made" in out) == (0, True), err
    report = (finished_copy / f"reports/{WAVE}/national.{WAVE}.en.html").read_text(encoding="utf-8")
    assert "Because of: cell context-result of notebook 02_describe." in report
    assert (len(kept.kept(WAVE)), kept.handed_out(WAVE)[0]) == (2, kept.kept(WAVE)[0])
    code, out, _ = sto(finished_copy, *only)
    assert "0 of 3 pages made" in out

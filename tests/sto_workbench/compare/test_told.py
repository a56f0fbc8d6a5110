"""A difference on the terminal and as JSON; nothing of a run from elsewhere acts there."""

import json
import re
from pathlib import Path

from sto_analysis.report.language import Texts, catalogue
from sto_workbench.compare.difference import difference
from sto_workbench.compare.inputs import Cause
from sto_workbench.compare.told import as_json, named, summary, terminal
from tests.sto_workbench.compare.runs import PAGE, made

EVIL = "\x1b[31mred\x07"


def test_nothing_changed_is_one_line():
    found = difference(made({}, name="a"), made({}, name="b"))
    assert list(terminal(found, "en")) == ["Nothing changed between a and b."]
    assert summary(found, Texts("nl")) == ["Tussen a en b is niets veranderd."]


def test_a_difference_is_told_with_numbers_before_and_after():
    before = made({}, {"id": "x", "value": 0.881}, {"id": "gone"}, name="a")
    found = difference(before, made({"value": 0.8, "status": "alias"}, {"id": "x", "value": 0.882}, name="b"))
    told = list(terminal(found, "en"))
    assert told[0] == ("Between a and b: results that differ: 2, of which as they are published: 1; new: 0; gone: 1.")
    assert "  share.a: 0.88 (0.80 to 0.92) n 51 → 0.80 (0.80 to 0.92) n 51 alias [1]" in told
    assert "  x: 0.881 (0.8 to 0.92) n 51 → 0.882 (0.8 to 0.92) n 51 [1]" in told
    assert "  gone: 0.88 (0.80 to 0.92) n 51 → – [1]" in told


def test_what_is_long_is_counted():
    rows = [{"id": f"r{place}", "value": place / 100} for place in range(40)]
    found = difference(made(*rows), made(*({**row, "value": 0.999} for row in rows)))
    assert "  … and 28 more results: --page FILE or --as json has all" in list(terminal(found, "en"))
    assert len(json.loads(as_json(found))["results"]) == 40


def test_nothing_of_a_run_acts_on_a_terminal():
    after = made({"id": EVIL, "status": EVIL}, name=EVIL, page=PAGE.replace("One point", f"<script>x</script>{EVIL}"))
    found = difference(made({"id": EVIL}), after)
    told = "\n".join(terminal(found, "en"))
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "red" in told


def test_json_holds_everything_by_name():
    found = json.loads(as_json(difference(made({}, name="a"), made({"value": 0.5}, {"id": "b"}, name="b"))))
    assert found["before"] == {"name": "a", "wave": "synthetic-2024"}
    assert found["counts"] == {"changed": 1, "rounded": 1, "added": 1, "gone": 0}
    first = next(each for each in found["results"] if each["id"] == "share.a")
    assert (first["before"]["value"], first["after"]["value"], first["what"]) == (0.88, 0.5, "changed")
    assert (first["beyond_rounding"], first["because"], first["certain"]) == (True, ["unknown"], True)
    assert round(first["difference"], 9) == -0.38
    assert found["causes"][0]["text"] == "nothing that was recorded"


def test_every_kind_of_cause_has_words_in_both_languages():
    kinds = (
        "answers context came left asked not_asked order setting file function cell parameter version wording by_hand"
    )
    for language in ("nl", "en"):
        for kind in (*kinds.split(), "wave", "unknown"):
            cause = Cause(kind, "where", "what", "before", "after", (("R1", "a", ""), ("R2", "", "b")))
            assert named(cause, Texts(language))
    cells = tuple((f"R{place}", "a", "b") for place in range(9))
    assert named(Cause("answers", "w", "q", cells=cells), Texts("en"), 2) == (
        "answers to q in wave w (R0 a → b; R1 a → b; and 7 more)"
    )
    assert named(Cause("function", "a.py"), Texts("en")) == "a.py"
    assert named(Cause("answers", "w", "q", cells=cells), Texts("en"), 0) == "answers to q in wave w (9 regions)"
    assert named(Cause("left", "w", "R1"), Texts("nl"), 0) == "regio’s die ronde w niet meer hebben beantwoord"


def test_the_documentation_names_every_kind_of_cause_and_every_key_of_the_json():
    docs = (Path(__file__).parents[3] / "docs" / "compare.md").read_text(encoding="utf-8")
    named_there = set(re.findall(r"`(\w+)`", docs))
    kinds = {key.split(".")[2] for key in catalogue("en") if key.startswith("diff.cause.")} - {"module"}
    assert kinds - named_there == set()

    def keys(part: object) -> set[str]:
        if isinstance(part, dict):
            return {*part, *(key for each in part.values() for key in keys(each))}
        return {key for each in part for key in keys(each)} if isinstance(part, list) else set()

    found = json.loads(as_json(difference(made({}), made({"value": 0.5}, page=PAGE.replace("One", "A")))))
    assert keys(found) - named_there == set()

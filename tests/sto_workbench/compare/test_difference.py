"""What differs between two runs, put together: causes, sentences, and what differs without effect."""

from dataclasses import replace
from typing import Any

from sto_analysis.provenance import Record
from sto_workbench.compare.difference import Difference, difference
from sto_workbench.compare.run import Run
from tests.sto_workbench.compare.runs import PAGE, made

CATALOGUE = b"sentence: {urgent: 'Of {n} regions **{share}** find {number} urgent.', other: 'Nobody.'}"
SAID = CATALOGUE.replace(b"find", b"call")


def _run(page: str = PAGE, catalogue: bytes = CATALOGUE, row: dict[str, Any] | None = None, **records: Any) -> Run:
    """A run whose report knows one catalogue."""
    report = Record({"sto_analysis/report/en.yaml": str(hash(catalogue))}, {}, {}, {}, {"language": "en"})
    run = made(row or {}, page=page, **{f"files/{hash(catalogue)}": catalogue})
    run.__dict__["records"] = {"synthetic-2024/national.synthetic-2024.en": replace(report, **records)}
    return run


def _english(found: Difference) -> list[tuple[str, set[str]]]:
    said = [(each.after.text if each.after else "", why) for each, why in found.said if each.language == "en"]
    return [(text, {cause.key for cause in why.causes}) for text, why in said]


def test_a_sentence_of_another_wording_is_put_down_to_its_text():
    found = difference(_run(), _run(PAGE.replace("find", "call"), SAID))
    assert _english(found) == [("Of 51 regions 88% call 88% urgent.", {"wording en.yaml sentence.urgent"})]
    assert found.because == {}
    assert found.without == []


def test_a_sentence_with_other_numbers_is_put_down_to_what_the_results_are():
    other = _run(PAGE.replace("88%", "87%"), row={"value": 0.87})
    found = difference(_run(), other)
    assert set(found.because) == {"share.a"}
    assert _english(found)[0] == ("Of 51 regions 87% find 87% urgent.", {"unknown"})
    assert found.count("changed") == found.count("rounded") == 1


def test_a_text_that_nobody_sees_is_named_as_without_effect():
    found = difference(_run(), _run(catalogue=CATALOGUE.replace(b"Nobody", b"None")))
    assert [cause.key for cause in found.without] == ["wording en.yaml sentence.other"]
    assert (found.effects, found.nothing) == ([], False)


def test_the_same_runs_differ_in_nothing():
    assert difference(_run(), _run()).nothing


def test_a_table_that_was_changed_by_hand_is_said_to_be():
    before, after = made({}), made({"value": 0.5})
    after.told["by_hand"] = ["shares"]
    assert next(effect.cause.key for effect in difference(before, after).effects) == "by_hand shares"


def test_waves_are_compared_by_the_ids_that_they_share():
    before = made({"value": 0.5}, {"id": "old"})
    other = Run("2021", "synthetic-2021", before.files)
    found = difference(other, made({}))
    assert {name: [cause.key for cause in why.causes] for name, why in found.because.items()} == {
        "share.a": ["wave synthetic-2024"],
        "old": ["wave synthetic-2024"],
    }

"""The real results of a wave turned around give back the real counts."""

from pathlib import Path

import pytest

from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.attack.asked import answers_of
from sto_workbench.attack.attacked import standing
from sto_workbench.attack.facts import Fact
from sto_workbench.attack.inverted import Reader
from sto_workbench.attack.read import read_release
from sto_workbench.attack.scales import INDEX, Scales


@pytest.mark.whole
def test_every_fact_of_a_store_holds_for_the_answers(finished: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("STO_ROOT", str(finished))
    codebook = read_codebook()
    store = read_release(finished / "data/processed/synthetic-2024/results")
    facts, answers = list(Reader(Scales(codebook), store, 1).facts()), answers_of(codebook, [store])
    assert set(answers) == {"synthetic-2021", "synthetic-2024"}
    for fact in facts:
        counts = tuple(len(standing(group, answers)) for group in fact.groups)
        if fact.allowed is None:
            weighted = sum(weight * count for weight, count in zip(fact.weights, counts, strict=True))
            assert fact.low <= weighted <= fact.high, (fact, counts)
        else:
            assert counts in fact.allowed, (fact, counts)
    assert _of(facts) >= {"urgency.teachers", "yield.image", "grade.teachers_valued", "borging.joint_offer", INDEX}
    assert any(len(fact.groups) == 7 for fact in facts), "forms per region"
    assert any({group.item for group in fact.groups} == {"urgency.image", "yield.image"} for fact in facts), "a gap"


def _of(facts: list[Fact]) -> set[str]:
    return {group.item for fact in facts for group in fact.groups}

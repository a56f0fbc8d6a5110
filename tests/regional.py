"""All that a region's report says of the region, in process; and whether any of it contradicts the answers."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup

from sto_analysis import compendium
from sto_analysis.analysis.alike import alike
from sto_analysis.analysis.shares import distribution, shares
from sto_analysis.monitor.answers import positions, read_answers, read_regions
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.measures import measures
from sto_analysis.monitor.own import Own, counted
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits import region as exhibits
from sto_analysis.report.language import catalogue
from sto_analysis.report.plain import plain
from sto_analysis.report.sentences import conversation
from sto_analysis.report.sentences import region as sentences
from tests.sto_analysis.report.derived import gaps
from tests.sto_analysis.report.sentences import associations

National = dict[str, pd.DataFrame]


def national(wave: str, codebook: Codebook) -> National:
    """The tables that a region's report reads, as notebook 02 makes them, and three findings that were made up."""
    answers, regions = read_answers(wave), read_regions(wave)
    by = measures(answers, codebook)
    level = regions["commitment"].astype(float)
    like = [alike(by[name], level).assign(measure=name) for name in ("urgency", "yield_top")]
    counted = pd.concat([shares(flags, len(regions)).assign(measure=name) for name, flags in by.items()])
    spread = [
        distribution(positions(answers, codebook, question), len(codebook.level_labels(question, "en"))).assign(
            question=question
        )
        for question in codebook.questions
    ]
    found = [
        associations(family="borging").iloc[[0]].assign(exposure="structures_systems"),
        associations(family="borging", odds_ratio=0.3, difference=-0.2).iloc[[0]].assign(exposure="communication"),
        associations(family="borging", odds_ratio=1.3, difference=-0.1).iloc[[0]].assign(exposure="joint_offer"),
        associations(family="context", level_high=2.0).iloc[[0]].assign(exposure="commitment"),
        associations(family="context").iloc[[1]].assign(exposure="krimp"),
    ]
    return {
        "like": pd.concat(like, ignore_index=True).assign(variable="commitment", result="alike:x"),
        "shares": counted,
        "gaps": gaps(counted),
        "spread": pd.concat(spread, ignore_index=True),
        "associations": pd.concat(found, ignore_index=True),
    }


def told(context: Context, own: Own, of: National) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """Sentences and tables of a region's report."""
    counts = counted(own, context.codebook).assign(region="x", result="own.x:own.x")
    said = sentences.own_sentences(context, own, counts) if own.answers else []
    said += [
        conversation.alike_sentence(context, of["like"], own),
        *sentences.own_context_sentences(context, own, counts),
        *conversation.finding_sentences(context, of["associations"], own),
        *conversation.discuss_sentences(context, own, of["like"], of["gaps"]),
    ]
    tables = {"alike": exhibits.alike_table(context, conversation.alike_rows(of["like"], own))} | (
        {
            "aspects": exhibits.own_aspects_table(context, own),
            "attention": exhibits.own_attention_table(context, own),
            "borging": exhibits.own_borging_table(context, own, of["spread"]),
            "grades": exhibits.own_grades_table(context, own, counts),
        }
        if own.answers
        else {}
    )
    return [plain(each) for each in said], {name: each.table.map(plain) for name, each in tables.items()}


@dataclass
class Truth:
    """A region's answers as its file has them, read without the code that tells them."""

    context: Context
    now: dict[str, str]
    then: dict[str, str]
    traits: dict[str, float | None]
    like: pd.DataFrame

    @property
    def codebook(self) -> Codebook:
        return self.context.codebook

    def level(self, item: str, level: str | None) -> Any:
        levels = self.codebook.items[item].scale.levels
        return next((each for each in levels if each.id == level), None)

    def label(self, item: str, when: str = "now") -> str:
        level = self.level(item, (self.now if when == "now" else self.then).get(item))
        return str(level.label(self.context.language)) if level else plain(self.context.texts("answer.none"))

    def cell(self, item: str) -> str:
        """What a table should say of an item."""
        now, then = self.label(item), self.label(item, "then")
        if item not in self.then:
            return now
        same = {"nl": "zelfde", "en": "the same"}[self.context.language]
        return f"{now} ({same})" if self.now.get(item) == self.then[item] else f"{then} → {now}"

    def band(self, item: str) -> str | None:
        level = self.level(item, self.now.get(item))
        return level.band if level else None

    def aspects(self, urgency: str, yields: Iterable[str]) -> set[str]:
        """Aspects by the bands of both answers."""
        every = self.codebook.aspects
        return {a for a in every if self.band(f"urgency_{a}") == urgency and self.band(f"yield_{a}") in set(yields)}

    def moved(self, question: str, sign: int) -> set[str]:
        """Concepts whose answer rose or fell since the time before."""
        found = set()
        for concept, item in self.codebook.asked(question).items():
            now, then = self.level(item, self.now.get(item)), self.level(item, self.then.get(item))
            if now and then and (now.code > then.code) - (now.code < then.code) == sign:
                found.add(concept)
        return found

    def names(self, text: str) -> set[str]:
        """Concepts that a list of short names holds; nothing else may stand in it."""
        rest, found = text, set()
        for concept, name in sorted(self.context.short.items(), key=lambda each: -len(each[1])):
            if name in rest and concept not in ("borging_index",):
                rest, found = rest.replace(name, ""), found | {concept}
        assert not re.sub(r",|\b(en|and)\b|\s", "", rest), f"{rest!r} is no name, in {text!r}"
        return found

    def quoted(self, text: str, question: str) -> set[str]:
        """Concepts of ``‘answer’ bij names; ...``, each of which must have that answer."""
        found = set[str]()
        for part in filter(None, text.split("; ")):
            said = re.fullmatch(r"‘(.+?)’ (?:bij|on) (.+)", part)
            assert said, part
            names = self.names(said[2])
            wrong = {name for name in names if self.label(f"{question}_{name}") != said[1]}
            assert not wrong, f"{wrong} did not answer {said[1]}"
            found |= names
        return found

    def topics(self, aspect: str) -> list[str | None]:
        return [
            self.band(f"attention_{name}")
            for name, topic in self.codebook.attention_topics.items()
            if aspect in topic.aspects
        ]

    def tenths(self, aspect: str) -> Any:
        rows = self.like[(self.like["measure"] == "yield_top") & (self.like["concept"] == aspect)]
        return rows[rows["level"] == self.traits["commitment"]].iloc[0]


def truth(context: Context, wave: str, earlier: str, region: str, like: pd.DataFrame) -> Truth:
    """Read the files of a region."""
    register = (
        pd.read_csv(compendium.root() / "data" / "regions.csv", dtype=str).set_index("id")["merged_into"].dropna()
    )
    names = [region, *(old for old, into in register.items() if into == region)]
    found = [_file(wave, region), *(each for name in names if (each := _file(earlier, name))["answers"])]
    found = [*found[:1], *(found[1:] if len(found) == 2 else [{"answers": {}}])]
    traits = {name: found[0][name] for name in context.codebook.context_variables}
    then = found[1]["answers"] if found[0]["answers"] else {}
    return Truth(context, found[0]["answers"], then, traits, like)


def _file(wave: str, region: str) -> dict[str, Any]:
    path = compendium.processed(wave or "no-wave") / "own" / f"{region}.json"
    return dict(json.loads(path.read_text())) if path.is_file() else {"answers": {}}


def shown(page: BeautifulSoup) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """The same of a page as it is published."""
    for each in page.select(".panel, .number, thead"):
        each.decompose()
    for each in page.select("br"):
        each.replace_with("\n")
    names = {"own_aspects": "aspects", "own_attention": "attention", "own_borging": "borging", "own_grades": "grades"}
    tables = {}
    for exhibit, name in names.items():
        rows = page.select(f"[data-exhibit={exhibit}] tbody tr")
        cells = [[cell.get_text() for cell in row.select("th, td")][: 2 + (name == "aspects")] for row in rows]
        tables[name] = pd.DataFrame(cells).map(lambda cell: _PADDING.sub("", cell))
    return [" ".join(item.get_text().split()) for item in page.select("main li")], tables


_PADDING = re.compile("[\u2007\u2008]")  # invisible figures that align numbers


def contradictions(truth: Truth, said: list[str], tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What of the sentences and cells contradicts the answers, or is of a kind that nobody checks."""
    wrong = []
    for sentence in said:
        fits = [
            (key, match) for key, pattern in _patterns(truth.context.language) if (match := pattern.fullmatch(sentence))
        ]
        if not fits:
            wrong.append(f"nobody checks: {sentence}")
        for key, match in fits[:1]:
            try:
                if not _CLAIMS[key](truth, match.groupdict()):
                    wrong.append(f"{key}: {sentence}")
            except AssertionError as error:
                wrong.append(f"{key}: {sentence} ({error})")
    return wrong + list(_cells(truth, tables))


@cache
def _patterns(language: Any) -> list[tuple[str, re.Pattern[str]]]:
    """Of every text that a sentence can be, the most specific first."""
    texts, found = {key: plain(text) for key, text in catalogue(language).items() if key in _CLAIMS}, []
    for key, text in sorted(texts.items(), key=lambda each: -len(re.sub(r"\{.*?\}", "", each[1]))):
        parts = re.split(r"\{([\w.]+)\}", text)
        seen = set[str]()
        pattern = ""
        for place, part in enumerate(parts):
            name = part.replace(".", "_")
            if place % 2 == 0:
                pattern += re.escape(part)
            else:
                pattern += ".+?" if name in seen else f"(?P<{name}>.*?)"
                seen.add(name)
        more = "(?: .*)?" if key == "own.line" else ""  # what was measured: its numbers are those of the store
        found.append((key, re.compile(pattern + more, re.DOTALL)))
    return found


def _cells(truth: Truth, tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Cells of the tables of own answers that are not the answer."""
    codebook, language = truth.codebook, truth.context.language
    wanted: dict[str, list[list[str]]] = {
        "aspects": [
            [each.label(language), truth.cell(f"urgency_{aspect}"), truth.cell(f"yield_{aspect}")]
            for aspect, each in codebook.aspects.items()
        ],
        "attention": [
            [each.label(language), "\n".join([truth.cell(f"attention_{topic}"), *_beside(truth, each.aspects)])]
            for topic, each in codebook.attention_topics.items()
        ],
        "borging": [
            [codebook.items[item].label(language), truth.cell(item)]
            for item in [*codebook.asked("borging").values(), "borging_active"]
        ],
        "grades": [
            [each.label(language), truth.cell(f"grade_{name}")] for name, each in codebook.impact_statements.items()
        ],
    }
    for name, rows in wanted.items() if "aspects" in tables else ():
        shown = tables[name].to_numpy().tolist()
        assert len(shown) == len(rows), name
        pairs = chain(*(zip(line, row, strict=False) for line, row in zip(shown, rows, strict=True)))
        yield from (f"{name}: {cell!r} is not {right!r}" for cell, right in pairs if cell != right)


def _beside(truth: Truth, aspects: list[str]) -> list[str]:
    at = {"nl": "bij", "en": "on"}[truth.context.language]
    pairs = {aspect: [truth.label(f"{question}_{aspect}") for question in ("urgency", "yield")] for aspect in aspects}
    return [f"({at} {truth.context.short[aspect]}: {', '.join(pair)})" for aspect, pair in pairs.items()]


Check = Callable[[Truth, dict[str, str]], bool]
_NOT_TOP = ("low", "middle")


def _gaps(truth: Truth) -> set[str]:
    return truth.aspects("top", _NOT_TOP)


def _compared(truth: Truth) -> int:
    return sum(bool(truth.band(f"urgency_{a}") and truth.band(f"yield_{a}")) for a in truth.codebook.aspects)


def _gap(truth: Truth, of: dict[str, str]) -> bool:
    named = truth.quoted(of["answers"], "yield")
    return named == _gaps(truth) and of["gap"] == str(len(named)) and of["compared"] == str(_compared(truth))


def _moved(question: str) -> Check:
    def check(truth: Truth, of: dict[str, str]) -> bool:
        ways: dict[str, set[str]] = {}
        for part in of["parts"].split("; "):
            said = re.fullmatch(r"(hoger bij|lager bij|higher on|lower on) (.+)", part)
            assert said, part
            down = said[1].startswith(("lager", "lower"))
            ways["down" if down else "up"] = truth.names(said[2])
        return ways.get("up", set()) == truth.moved(question, 1) and ways.get("down", set()) == truth.moved(
            question, -1
        )

    return check


def _same(question: str) -> Check:
    def check(truth: Truth, of: dict[str, str]) -> bool:
        return bool(truth.moved(question, 0)) and not truth.moved(question, 1) | truth.moved(question, -1)

    return check


def _borging(truth: Truth, of: dict[str, str]) -> bool:
    items = truth.codebook.asked("borging")
    given = {c: truth.label(item) for c, item in items.items() if item in truth.now}
    rest = truth.quoted(of.get("rest", of.get("answers", "")).removeprefix("; "), "borging")
    top = {concept for concept, label in given.items() if label == of.get("level")}
    counts = of.get("arranged") in (None, str(len(top))) and of.get("forms") in (None, str(len(given)))
    return counts and rest == set(given) - top


def _level(truth: Truth, name: str) -> str | None:
    """The region's own level of a context variable."""
    levels = truth.codebook.context_variables[name].levels
    return next((e.label(truth.context.language) for e in levels if e.code == truth.traits[name]), None)


def _named(truth: Truth, name: str) -> str:
    found = truth.names(name)
    assert len(found) == 1, f"{name!r} is not one name"
    return found.pop()


def _own_level(truth: Truth, of: dict[str, str]) -> bool:
    """Whether a line of the context tells the level, or, where it is open, some that it is one of."""
    own = _level(truth, _named(truth, of["name"])) or "–"
    return own in re.split(" (?:of|or) ", of["level"])


def _alike(truth: Truth, of: dict[str, str]) -> bool:
    return of["level"] == _level(truth, _named(truth, of["name"]))


def _here(truth: Truth, of: dict[str, str]) -> bool:
    name = _named(truth, of["name"])
    context = name in truth.codebook.context_variables
    own = _level(truth, name) if context else truth.label(f"borging_{name}") if f"borging_{name}" in truth.now else None
    said = re.search(r"‘(.+)’\.$", of["here"])
    return (said[1] if said else None) == own


def _gap_names(check: Callable[[Truth, str], bool]) -> Check:
    """Names of aspects with a gap, each of which passes."""
    return lambda truth, of: (
        truth.names(of["names"]) <= _gaps(truth) and all(check(truth, each) for each in truth.names(of["names"]))
    )


def _not_more(truth: Truth, aspect: str) -> bool:
    given = [each for each in truth.topics(aspect) if each]
    return bool(given) and "top" not in given


def _theory(truth: Truth, of: dict[str, str]) -> bool:
    """Stages and aspects stand where the codebook has them, in its order, with the yields that are said."""
    stages = {stage.label(truth.context.language): stage for stage in truth.codebook.theory_of_change}
    order, behind = list(stages), truth.names(of["names"])
    first = next(n for n, s in stages.items() if any(truth.band(f"yield_{a}") in _NOT_TOP for a in s.aspects))
    lag = {a for a in stages[first].aspects if truth.band(f"yield_{a}") in _NOT_TOP}
    if of["stage"] != first or behind != lag:
        return False
    if "other" not in of:
        return not any(truth.band(f"yield_{a}") == "top" for n, s in stages.items() if n != first for a in s.aspects)
    top = {a for a in stages[of["other"]].aspects if truth.band(f"yield_{a}") == "top"}
    said = order.index(of["other"]) < order.index(first)
    return truth.names(of["seen"]) == top and said == of["_before"]


def _in_order(before: bool) -> Check:
    return lambda truth, of: _theory(truth, {**of, "_before": before})  # type: ignore[dict-item]


def _always(truth: Truth, of: dict[str, str]) -> bool:
    return True


def _silent(truth: Truth, of: dict[str, str]) -> bool:
    return not truth.now


_CLAIMS: dict[str, Check] = {
    "own.gap": _gap,
    "own.no_gap": lambda truth, of: not _gaps(truth) and of["compared"] == str(_compared(truth)) != "0",
    "own.no_pair": lambda truth, of: not _compared(truth),
    "own.met": lambda truth, of: truth.names(of["names"]) == truth.aspects("top", ["top"]),
    **{f"own.{question}.moved": _moved(question) for question in ("yield", "urgency")},
    **{f"own.{question}.same": _same(question) for question in ("yield", "urgency")},
    "own.borging": _borging,
    "own.borging_none": _borging,
    "own.no_borging": lambda truth, of: not any(item in truth.now for item in truth.codebook.asked("borging").values()),
    "own.line": _own_level,
    **{f"alike.{key}": _alike for key in ("told", "too_few", "too_even")},
    "alike.unknown": lambda truth, of: _level(truth, _named(truth, of["name"])) is None,
    "alike.absent": _always,
    **{f"elsewhere.{family}.{way}": _here for family in ("borging", "context") for way in ("more", "less", "mixed")},
    **{f"elsewhere.{key}": _always for key in ("none", "others", "untested")},
    "discuss.quiet": _gap_names(_not_more),
    "discuss.busy": _gap_names(lambda truth, aspect: "top" in truth.topics(aspect)),
    "discuss.gap": _gap_names(lambda truth, aspect: not any(truth.topics(aspect))),
    "discuss.ask": _gap_names(lambda truth, aspect: truth.tenths(aspect)["of_ten"] >= 6),
    "discuss.shared": _gap_names(lambda truth, aspect: truth.tenths(aspect)["of_ten"] <= 4),
    "discuss.lower": lambda truth, of: truth.names(of["names"]) == truth.moved("yield", -1),
    "discuss.lacking": lambda truth, of: (
        truth.names(of["names"])
        == {c for c, item in truth.codebook.asked("borging").items() if truth.band(item) == "low"}
    ),
    "discuss.theory.before": _in_order(True),
    "discuss.theory.after": _in_order(False),
    "discuss.theory.first": _theory,
    "discuss.theory.all": lambda truth, of: (
        not any(truth.band(f"yield_{a}") in _NOT_TOP for a in truth.codebook.aspects)
    ),
    "discuss.evidence": lambda truth, of: bool(truth.now),
    "discuss.like": lambda truth, of: (
        not truth.now and all(truth.tenths(each)["of_ten"] <= 4 for each in truth.names(of["names"]))
    ),
    **{f"discuss.{key}": _silent for key in ("recognise", "which_forms", "stage")},
}
"""Texts that a region's report can hold of the region → whether one is true of its answers."""

"""A proposed wave.yaml for an export: which column holds which item, in which answers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import yaml
from rapidfuzz import fuzz, process, utils
from scipy.optimize import linear_sum_assignment

from sto_analysis.survey.check import looks_personal, plain_question, question_of, region_ids
from sto_analysis.survey.codebook import Codebook, Item
from sto_analysis.survey.readers import Export
from sto_analysis.survey.wave import TODO, Wave, answer_key, is_synthetic

SURE = 88.0
"""Least similarity (0 to 100) at which a column is proposed for an item."""
MAYBE = 60.0
"""Least similarity at which a column is named as the one that it may be."""
_TOOL = re.compile(
    r"(start|end|submit|recorded)\s?date|datestamp|status|progress|duration.*|finished|response\s?id|distribution\s?channel"
    r"|user\s?language|start\s?language|last\s?page|seed|ref\s?url|id|antwoord\s?id|laatste pagina|starttaal|datum .*",
    re.IGNORECASE,
)
"""Columns that survey tools add of themselves."""


@dataclass(frozen=True)
class Match:
    """The column proposed for an item.

    Parameters
    ----------
    item : str
        Item of the codebook.
    column : str
        Column of the export, or ``TODO``.
    confidence : float
        Similarity of the column's label or name to the item's wording, 0 to 100.
    wording : str
        The question as the export words it.
    codes, missing : dict
        Exported answer → code of the codebook; exported answer → reason; where they differ from the codebook's.
    maybe : str
        Where `column` is ``TODO``: the column that it may be; wording and answers are of that one.
    """

    item: str
    column: str
    confidence: float = 0.0
    wording: str = TODO
    codes: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    maybe: str = ""


@dataclass(frozen=True)
class Proposal:
    """A wave.yaml, and how sure it is.

    Parameters
    ----------
    text : str
        The file, with comments where a person should look.
    matches : list of Match
        One per item of the codebook.
    drop : dict
        Columns that no item takes → why they are not carried on (``TODO`` where nobody knows).
    """

    text: str
    matches: list[Match]
    drop: dict[str, str]


def propose(
    wave: str,
    file: str,
    raw: Export,
    codebook: Codebook,
    frame: pd.DataFrame | None,
    earlier: Wave | None,
    published: int | None,
) -> Proposal:
    """Propose the description of a wave.

    Parameters
    ----------
    wave, file : str
        Id of the wave, and name of the export in its folder.
    raw : Export
        The export.
    codebook : Codebook
        Items, levels and reasons.
    frame : DataFrame or None
        Regions that were asked, to find the region column by.
    earlier : Wave or None
        The wave before it, for its wording and its codes of missing answers.
    published : int or None
        Year of published figures that this wave must reproduce.
    """
    region = _region_column(raw, frame)
    tool = {
        c for c in raw.cells.columns if _TOOL.fullmatch(c.strip()) or _TOOL.fullmatch(raw.labels.get(c, "").strip())
    }
    columns = [column for column in raw.cells.columns if column != region and column not in tool]
    matches = _matches(raw, codebook, columns, earlier)
    taken = {match.maybe or match.column for match in matches} | {region}
    drop = {}
    for column in raw.cells.columns:
        if column not in taken:
            personal = looks_personal(column, raw.labels.get(column, ""), raw.cells[column])
            framed = column in {"wave", "name", *codebook.context_variables}
            known = "of the survey tool" if column in tool else "stands in the frame" if framed else TODO
            drop[column] = f"personal data: {personal}" if personal else known
    text = "\n".join(_lines(wave, file, raw, codebook, region, frame, earlier, published, matches, drop)) + "\n"
    return Proposal(text, matches, drop)


def _region_column(raw: Export, frame: pd.DataFrame | None) -> str:
    """The column whose cells are regions; by its name where no frame is known."""
    best, column = 0.0, TODO
    for name in raw.cells.columns:
        label = f"{name} {raw.labels.get(name, '')}"
        score = 0.3 if re.search(r"\bregion?\b|\bregio\b", label, re.IGNORECASE) else 0.0
        if frame is not None and (cells := raw.cells[name].dropna().unique()).size:
            found, _ = region_ids(pd.Series(cells), {}, frame, {})
            score += len(found) / len(cells) if len(found) > 1 or len(cells) == 1 else 0.0
        if score > max(best, 0.25):
            best, column = score, str(name)
    return column


def _matches(raw: Export, codebook: Codebook, columns: list[str], earlier: Wave | None) -> list[Match]:
    """Assign columns to items so that the similarities together are largest."""
    items = list(codebook.items.values())
    if not columns:
        return [Match(item.id, TODO) for item in items]
    wanted = [item.wording for item in items]
    scores = np.zeros((len(items), len(columns)))
    labels = [plain_question(raw.labels.get(column, column)) for column in columns]
    for texts in (labels, columns):
        for asked in (wanted, [item.id for item in items], [item.id.replace("_", " ") for item in items]):
            found = process.cdist(asked, texts, scorer=fuzz.token_sort_ratio, processor=utils.default_process)
            scores = np.maximum(scores, found)
    rows, places = linear_sum_assignment(-scores)
    pairs = zip(rows.tolist(), places.tolist(), strict=True)
    proposed = {row: place for row, place in pairs if scores[row, place] >= MAYBE}
    out = []
    for row, item in enumerate(items):
        if row not in proposed:
            out.append(Match(item.id, TODO))
            continue
        place = proposed[row]
        column, sure = columns[place], float(scores[row, place])
        label = raw.labels.get(column, column)
        exact = plain_question(item.wording) == plain_question(label) or len(plain_question(label).split()) < 3
        codes, missing = _answers(raw, column, item, codebook, earlier)
        wording = item.wording if exact else question_of(label)
        named, maybe = (column, "") if sure >= SURE else (TODO, column)
        out.append(Match(item.id, named, sure, wording, codes, missing, maybe))
    return out


def _answers(
    raw: Export, column: str, item: Item, codebook: Codebook, earlier: Wave | None
) -> tuple[dict[str, int], dict[str, str]]:
    """Exported answers → codes and reasons, by value labels, by text, or by the earlier wave's codes."""
    levels = {answer_key(text): level.code for level in item.scale.levels for text in (level.nl, level.en, level.id)}
    why = {
        answer_key(text): reason
        for reason, labelled in codebook.missing.reasons.items()
        for text in (labelled.nl, labelled.en, reason)
    }
    labelled = {answer_key(code): answer_key(text) for code, text in raw.value_labels.get(column, {}).items()}
    given = {answer_key(text) for text in raw.cells[column].dropna().unique()}
    codes: dict[str, int] = {code: levels[text] for code, text in labelled.items() if text in levels}
    missing = {code: why[text] for code, text in labelled.items() if text in why}
    known = {answer_key(str(code)) for code in item.scale.codes}
    if not codes and not given <= known | missing.keys():
        codes = {answer_key(level.nl): level.code for level in item.scale.levels} if given & levels.keys() else {}
        codes |= {text: levels[text] for text in sorted(given) if text in levels}
        missing |= {text: why[text] for text in sorted(given - codes.keys()) if text in why}
    before = earlier.missing_codes if earlier else {}
    missing |= {text: before[text] for text in sorted(given - codes.keys() - known) if text in before}
    same = all(key == str(code) for key, code in codes.items()) and set(codes) == known
    return ({} if same else codes), missing


def _lines(
    wave: str,
    file: str,
    raw: Export,
    codebook: Codebook,
    region: str,
    frame: pd.DataFrame | None,
    earlier: Wave | None,
    published: int | None,
    matches: list[Match],
    drop: dict[str, str],
) -> Iterable[str]:
    layout, synthetic = raw.layout, is_synthetic(wave)
    yield "# yaml-language-server: $schema=../../wave.schema.json"
    yield f"# Proposed by `sto new {wave}`. Look where there is a question mark; `sto check {wave}` says what is open."
    yield f"wave: {_scalar(wave)}"
    yield "title:"
    yield f"  nl: {_scalar(('SYNTHETISCHE ronde ' if synthetic else 'Ronde ') + wave.removeprefix('synthetic-'))}"
    yield f"  en: {_scalar(('SYNTHETIC wave ' if synthetic else 'Wave ') + wave.removeprefix('synthetic-'))}"
    yield f"file: {_scalar(file)}"
    for name in ("sheet", "separator", "encoding"):
        if getattr(layout, name) is not None:
            yield f"{name}: {_scalar(getattr(layout, name))}"
    if layout.names is not None:
        rows = {name: getattr(layout, name) for name in ("names", "group", "labels", "first")}
        yield f"header: {{{', '.join(f'{name}: {row}' for name, row in rows.items() if row is not None)}}}"
    yield "# fieldwork: {start: 2024-03-01, end: 2024-04-15}"
    yield "frame: frame.csv" if frame is not None else f"frame: {TODO}  # CSV of all regions that were asked"
    yield f"region_column: {_scalar(region)}"
    yield "duplicates: stop  # or first, or last_complete"
    if earlier:
        yield f"earlier_wave: {_scalar(earlier.wave)}"
    if published:
        yield f"published: {published}"
    shared = _shared(matches)
    yield "missing_codes:" + ("" if shared else " {}")
    yield from (f"  {_scalar(code)}: {reason}" for code, reason in shared.items())
    yield "items:"
    for match in matches:
        known = match.wording != TODO
        sure = f"{match.confidence:.0f}% alike" + (" ?" if match.confidence < 99 else "")
        quoted = yaml.safe_dump(match.maybe, default_style="'", allow_unicode=True, width=float("inf")).strip()
        hint = f"{match.confidence:.0f}% alike: {quoted}" if match.maybe else sure if known else "no column found"
        yield f"  {match.item}:"
        yield f"    column: {_scalar(match.column)}  # {hint}"
        yield f"    wording: {_scalar(match.wording if known else codebook.items[match.item].wording)}"
        before = earlier.items.get(match.item) if earlier else None
        if before and known and answer_key(before.wording) != answer_key(match.wording):
            yield "    same_wording_as_earlier: false  # ? the earlier wave asked: " + " ".join(before.wording.split())
        if match.codes:
            pairs = (f"{_scalar(answer)}: {code}" for answer, code in match.codes.items())
            yield f"    codes: {{{', '.join(pairs)}}}"
        own = {answer: reason for answer, reason in match.missing.items() if shared.get(answer) != reason}
        if own:
            yield f"    missing: {{{', '.join(f'{_scalar(answer)}: {reason}' for answer, reason in own.items())}}}"
    if drop:
        yield "drop:"
        yield from (f"  {_scalar(column)}: {_scalar(reason)}" for column, reason in drop.items())


def _shared(matches: list[Match]) -> dict[str, str]:
    """Missing rules on which all items that have them agree."""
    found: dict[str, set[str]] = {}
    for match in matches:
        for answer, reason in match.missing.items():
            found.setdefault(answer, set()).add(reason)
    valid = {answer for match in matches for answer in match.codes}
    return {
        answer: next(iter(reasons)) for answer, reasons in found.items() if len(reasons) == 1 and answer not in valid
    }


def _scalar(value: object) -> str:
    """One value as YAML on one line."""
    text = str(value)
    if re.fullmatch(r"\d+", text):
        return text if not isinstance(value, str) or text == str(int(text)) else f'"{text}"'
    return yaml.safe_dump(text, allow_unicode=True, width=float("inf")).removesuffix("\n").removesuffix("\n...")

"""What the counted rows of a store add up: items of the questionnaire, and the sums of their cells that rows tell.

A region is in one cell of an item: its position now, beside its position in each other wave that is compared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from sto_analysis.analysis.arrays import Bools
from sto_analysis.declared import declared
from sto_analysis.monitor.answers import at_level, positions, read_answers
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.measures import TREND, asked_alike
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.register import match_panel, read_register
from sto_analysis.monitor.scales import Scale
from sto_analysis.monitor.wave import chain, is_synthetic
from sto_workbench.release.cells import Counted, Printed, Sum, counted, part, public, said

INDEX = "index"
"""Question of the number of forms that stand at the level of the index of borging."""
Positions = dict[tuple[str, str], "pd.Series[float]"]
"""Question and concept → position by region, NaN without an answer."""
_SHARES = {
    "urgency": {"urgency": "top"},
    "yield": {"yield_top": "top", "yield_low": "low"},
    "borging": {"borging": "top"},
}
_COMPARED = "urgency"


def answered_positions(wave: str, codebook: Codebook) -> Positions:
    """Read the answers of a wave, and the index of borging, as positions."""
    answers = read_answers(wave)
    found: Positions = {}
    for question in codebook.questions:
        coded = positions(answers, codebook, question)
        found |= {(question, str(concept)): coded[concept] for concept in coded}
    forms = at_level(answers, codebook, "borging", codebook.borging_index.level)
    arranged = forms if forms.any(axis=None) else forms.mask(forms.notna())
    found[INDEX, ""] = arranged.astype("Int64").sum(axis="columns", skipna=False).astype("Float64").astype(float)
    return found


def read_answered(waves: Collection[str]) -> dict[str, "pd.Series[float]"]:
    """Read all answers that releases of some waves rest on: ``question.concept@wave`` → position by region."""
    codebook = read_codebook()
    names = sorted({each.wave for wave in waves for each in chain(wave)})
    found = {name: answered_positions(name, codebook) for name in names}
    return {f"{q}.{c}@{name}": given for name, each in found.items() for (q, c), given in each.items()}


def counted_items(wave: str, earlier: Mapping[str, Sequence[frozenset[str]]] | None = None) -> list[Counted]:
    """Return every item that the store of a wave counts.

    Parameters
    ----------
    wave : str
        A wave that is cleaned, as are those before it.
    earlier : mapping of str to sequence of frozenset of str, optional
        Wave → the rows that each of its releases has told of the answers as they are now.

    Returns
    -------
    list of Counted
        The items of the questionnaire; of urgency with all waves whose change is told, and else each wave by itself: of
        earlier ones the trend tells.
    """
    codebook, known = read_codebook(), earlier or {}
    chains = {name: [each.wave for each in chain(name)] for name in (wave, *known)}
    waves = sorted({each for names in chains.values() for each in names})
    given = {name: answered_positions(name, codebook) for name in waves}
    compared = {name: asked_alike(chain(name), codebook, _COMPARED) for name in chains}
    printed = {name: printed_rows(name) for name in chains}
    ids, found = _ids(given), []
    for question, concept in given[wave]:
        looks = {name: coded[question, concept] for name, coded in given.items()}
        told = partial(_told, question, concept, codebook=codebook, compared=compared)
        alone = [[name] for name in chains[wave] if name == wave or question in TREND.values()]
        for names in [waves] if question == _COMPARED else alone:
            of = "" if wave in names else f"@{names[0]}"
            answers = _beside({name: looks[name] for name in names}, ids)
            item = counted(f"{question}.{concept}{of}", answers, _size(question, codebook))
            found.append(_telling(item, told, wave, known, printed))
    return found


def printed_rows(wave: str) -> Printed:
    """What is published of a wave: row → of its sums, in order, the row of the back-test and the whole percentage.

    Of a change these are the shares of the panel in both waves, and with them how many regions it has. A fraction in
    words has no percentage.
    """
    waves, found = chain(wave), Printed()
    since = waves[-2].wave if len(waves) > 1 else ""
    for measure, figures in read_published().printed(waves[-1].published).items():
        for concept, figure in figures.items():
            if measure.startswith(_COMPARED):
                row = _row("changes", item=concept, since=since)
            else:
                row = _row("shares", measure="index" if measure == "sentence" else measure, concept=concept)
            told = _row("backtest", measure=measure, concept=concept)
            found.setdefault(row, []).append((told, None if measure == "sentence" else int(figure)))
    return found


def _telling(
    item: Counted,
    told: "partial[Iterator[Sum]]",
    wave: str,
    known: Mapping[str, Sequence[frozenset[str]]],
    printed: Mapping[str, Printed],
) -> Counted:
    """The item with what the release of a wave would tell of it, what earlier releases did, and what is published."""

    def every(name: str) -> list[Sum]:
        sums = list(told(item=item, wave=name))
        return [*sums, *public(sums, item.counts, printed[name])]

    item.sums.extend(every(wave))
    for name, releases in known.items():
        before = every(name)
        item.said.update(each.row for each in before if each.row)
        for rows in releases:
            item.sums.extend(said(before, rows))
    if item.name.startswith(INDEX):
        item.needs.update(dict.fromkeys(item.units, "distribution:borging.*"))
    return item


def _size(question: str, codebook: Codebook) -> int:
    """Positions of a question."""
    return len(codebook.asked("borging")) + 1 if question == INDEX else len(_scale(question, codebook).levels)


def _scale(question: str, codebook: Codebook) -> Scale:
    return codebook.scales[codebook.questions[question].scale]


def _ids(given: Mapping[str, Positions]) -> dict[str, list[str]]:
    """Id of each region of each wave in the last one; what merged with others, or left, has one of its own."""
    answering = {name: next(iter(coded.values())).index for name, coded in given.items()}
    last = max(given)
    register = read_register("synthetic" if is_synthetic(last) else "real")
    found = {}
    for name, regions in answering.items():
        matched = match_panel(regions, answering[last], register).matched
        found[name] = [region if name == last else matched.get(region, f"{name}:{region}") for region in regions]
    return found


def _beside(looks: Mapping[str, "pd.Series[float]"], ids: Mapping[str, list[str]]) -> pd.DataFrame:
    """Positions by region in some waves, -1 without an answer."""
    columns = {name: given.set_axis(ids[name]) for name, given in looks.items()}
    return pd.DataFrame(columns).fillna(-1).astype(int)


def _told(
    question: str,
    concept: str,
    *,
    item: Counted,
    wave: str,
    codebook: Codebook,
    compared: Mapping[str, Mapping[str, list[str]]],
) -> Iterator[Sum]:
    """Sums that the release of a wave tells of an item, and groups that can be had from them by subtraction."""
    column = {name: item.states[:, place] for place, name in enumerate(item.answers)}
    if question == INDEX:
        yield from _told_index(column[wave], codebook) if wave in column else ()
        return
    scale = _scale(question, codebook)
    if wave in column:
        yield from _told_now(question, concept, column[wave], scale)
    for name in column if question in TREND.values() else ():
        if name == wave or name in compared[wave]:
            measure = next(each for each, of in TREND.items() if of == question)
            row = _row("trend", measure=measure, concept=concept, in_wave=name)
            yield part(np.isin(column[name], _places(scale, "top")), column[name] >= 0, row)
    for since, concepts in compared[wave].items() if question == _COMPARED else ():
        if concept in concepts and {wave, since} <= column.keys():
            top = _places(scale, "top")
            yield from _told_change(
                concept, since, *((column[name] >= 0, np.isin(column[name], top)) for name in (since, wave))
            )
            yield from _kinds(column[wave], column[since], scale)
            yield from _kinds(column[since], column[wave], scale)


def _places(scale: Scale, band: str) -> list[int]:
    return [place for place, level in enumerate(scale.levels) if level.band == band]


def _told_now(question: str, concept: str, now: "np.ndarray", scale: Scale) -> Iterator[Sum]:
    """Sums of the wave itself."""
    for place in range(len(scale.levels)):
        yield part(now == place, now >= 0, _row("distribution", question=question, concept=concept, position=place))
    for band in dict.fromkeys(level.band for level in scale.levels):
        for row in _band_rows(question, concept, band):
            yield part(np.isin(now, _places(scale, band)), now >= 0, row)
    if question == "grade":
        yield part(np.array([*scale.codes, 0])[now], None, _row("grades", concept=concept))


def _band_rows(question: str, concept: str, band: str) -> Iterator[str]:
    yield _row("bands", question=question, concept=concept, band=band)
    if question == "borging_active" and band == "top":
        yield _row("shares", measure="index", concept=concept)
    for measure, of in _SHARES.get(question, {}).items():
        if of == band:
            yield _row("shares", measure=measure, concept=concept)


def _told_change(concept: str, since: str, before: tuple[Bools, Bools], after: tuple[Bools, Bools]) -> Iterator[Sum]:
    """Sums of a change: who was and is at the top, of those who answered both times; newcomers, leavers, who moved."""
    (then, was), (now, top) = before, after
    both, row = now & then, _row("changes", item=concept, since=since)
    for at in (was & both, top & both, both & ~was & top):
        yield part(at, both, row)
    yield part(both, None, row)
    for at, of in ((top & ~then, now & ~then), (was & ~now, then & ~now), (was & both & ~top, both), (was & top, both)):
        yield part(at, of, None)


def _kinds(one: "np.ndarray", other: "np.ndarray", scale: Scale) -> Iterator[Sum]:
    """Positions and bands of a wave among the regions that answered another wave too, and among those that did not."""
    sets = [[place] for place in range(len(scale.levels))]
    sets += [_places(scale, band) for band in dict.fromkeys(level.band for level in scale.levels)]
    for kind in ((one >= 0) & (other >= 0), (one >= 0) & (other < 0)):
        for places in sets:
            yield part(np.isin(one, places) & kind, kind, None)


def _told_index(number: "np.ndarray", codebook: Codebook) -> Iterable[Sum]:
    index = codebook.borging_index
    for name, at in {
        "index_many": number >= index.many_at_least,
        "index_hardly": number <= index.hardly_at_most,
    }.items():
        yield part(at & (number >= 0), number >= 0, _row("shares", measure="index", concept=name))


def _row(table: str, **labels: object) -> str:
    return f"{table}:{declared(table).place(labels)}"

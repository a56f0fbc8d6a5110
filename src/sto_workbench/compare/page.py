"""A difference as a page: results, sentences old beside new, pictures beside each other, answers; confidential."""

from typing import Any

from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.report.language import Texts
from sto_analysis.report.markup import fill
from sto_workbench.compare import told
from sto_workbench.compare.difference import Difference
from sto_workbench.compare.pages import Said, words

_ROWS, _CELLS, _LISTED = 500, 2_000, 200


def page(found: Difference, language: Language) -> str:
    """Make the page.

    Parameters
    ----------
    found : Difference
        What differs.
    language : {"nl", "en"}
        Of the page, and of the sentences that it shows.

    Returns
    -------
    str
        HTML that loads nothing; whatever comes of the runs is escaped.
    """
    t = Texts(language)
    changed = found.changes.changed
    said = [(each, because) for each, because in found.said if each.language == language]
    return fill(
        "diff.html.j2",
        language=language,
        t=t,
        before=found.before.name,
        after=found.after.name,
        synthetic=is_synthetic(found.after.wave),
        summary=told.summary(found, t),
        number={effect.cause: place for place, effect in enumerate(found.effects, start=1)},
        causes=[
            {"text": told.named(each.cause, t), "results": each.results, "sentences": each.sentences}
            for each in found.effects
        ],
        results=[_row(row, found) for row in told.records(changed.head(_ROWS))],
        left=max(0, len(changed) - _ROWS),
        said=[{"section": each.section, "words": _words(each), "because": why} for each, why in said if each.retold],
        pictures=[_pictures(each, t) for each, _ in said if each.pictured],
        cells=[
            (region, f"{cause.what} ({cause.where})", before or "–", after or "–")
            for cause in found.between.data
            for region, before, after in cause.cells
        ][:_CELLS],
        without=[told.named(cause, t, 2) for cause in found.without[:_LISTED]],
    )


def _row(row: dict[str, Any], found: Difference) -> dict[str, Any]:
    sides = {side: told.value(row, side) for side in ("before", "after")}
    return {"id": row["id"], **sides, "because": found.because[row["id"]]}


def _words(said: Said) -> list[tuple[str, str]]:
    return words(said.before.text if said.before else "", said.after.text if said.after else "")


def _pictures(said: Said, t: Texts) -> dict[str, Any]:
    return {"section": said.section, "sides": [(t("diff.before"), said.before), (t("diff.after"), said.after)]}

"""README of a release, after the template of the social-science data editors: data, programs, exhibits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from sto_workbench.release.crate import title
from sto_workbench.release.exhibits import REPORT, Exhibit, programs
from sto_workbench.release.facts import Facts
from sto_workbench.release.package import shown_share
from sto_workbench.verify.again import STEPS

_TEXT = Path(__file__).with_suffix(".md")


def readme(facts: Facts, exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> bytes:
    """README.md of a release.

    Parameters
    ----------
    facts : Facts
        Of the release.
    exhibits : sequence of Exhibit
        Of the public report.
    tables : mapping of str to DataFrame
        Released rows.
    """
    shown, whole = shown_share(tables)
    provided = "twin only" if facts.synthetic else "no: confidential"
    made_up = (
        "Here they are made up, and the code makes them again; the same rules are applied."
        if facts.synthetic
        else "They are confidential."
    )
    text = _TEXT.read_text(encoding="utf-8").format(
        **facts.model_dump(include={"number", "date", "commit", "preset", "wave"}),
        **facts.twin.model_dump(),
        title=title(facts),
        name=facts.name,
        twinned=facts.waves[-1].twin,
        only=" ".join(f"--only {step}" for step in STEPS),
        mark="**SYNTHETIC: nothing in it is a finding.** " if facts.synthetic else "",
        shown=shown,
        whole=whole,
        minutes=5,
        report=REPORT,
        provided=provided,
        availability=made_up,
        exhibits=_rows(_shown(exhibits, tables)),
        others=_rows(_others(exhibits, tables)),
        withheld=_rows((w.table, w.rule, w.count, facts.rules[w.rule]) for w in facts.withheld),
        plan=_rows(
            (p.file, p.sha256, p.commit, p.date, ", ".join(p.tags), _stamp(p.file) if p.stamped else "none")
            for p in facts.plan
        ),
    )
    return text.encode()


def _stamp(name: str) -> str:
    return f"plan/{Path(name).name}.tsr"


def _shown(exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    for each in exhibits:
        made = dict.fromkeys(program for table in each.tables for program in programs(tables[table]))
        caption = each.caption or "not on the page: withheld, or nothing to show"
        yield f"{each.place} {each.name}", caption, f"{REPORT}, cell {each.cell}", _files(each.tables), "; ".join(made)


def _others(exhibits: Sequence[Exhibit], tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[object, ...]]:
    named = {table for each in exhibits for table in each.tables}
    for table, rows in tables.items():
        if table not in named:
            yield _files([table]), "; ".join(programs(rows))


def _files(tables: Sequence[str]) -> str:
    return ", ".join(f"results/{table}.csv" for table in tables)


def _rows(rows: Iterable[tuple[object, ...]]) -> str:
    """Rows of a table in Markdown, in which no text is markup."""
    cells = ([str(cell).replace("\n", " ") for cell in row] for row in rows)
    return "\n".join("| " + " | ".join(map(_inert, row)) + " |" for row in cells) or "| none |"


def _inert(cell: str) -> str:
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("[", "\\[").replace("`", "\\`")

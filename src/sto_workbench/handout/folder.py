"""What a folder holds: reports in all formats, a sheet, tables and numbers, and what each file is."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from sto_analysis.inert import quiet
from sto_analysis.report.language import Texts
from sto_analysis.report.plain import inert, plain
from sto_workbench.handout.mailed import mailed
from sto_workbench.handout.sheet import sheet
from sto_workbench.pages import EXHIBITS
from sto_workbench.pages.book import BOOK, NUMBERS, to_book
from sto_workbench.pages.exhibits import COLUMNS, EXHIBIT, cells, words
from sto_workbench.pipeline.formats import Format, place
from sto_workbench.pipeline.plan import Job

_MARK = re.compile(r'<meta\b(?=[^>]* name="sto-mark")[^>]* content="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_NAME = re.compile(r'<strong class="name">(.*?)\.</strong>', re.DOTALL)


@dataclass(frozen=True)
class Folder:
    """A folder to hand out.

    Parameters
    ----------
    name : str
        Id of the region; ``national`` for the nation.
    called : str
        Name of the region; empty for the nation.
    jobs : tuple of Job
        Whose pages are in it.
    """

    name: str
    called: str
    jobs: tuple[Job, ...]

    def reads(self, forms: Sequence[Format]) -> list[Path]:
        """Files that it is made of."""
        beside = [path for job in self.jobs for path in _beside(job)] if not self.called else []
        return [*(job.page for job in self.jobs), *(place(job, form) for job in self.jobs for form in forms), *beside]

    def files(self, forms: Sequence[Format]) -> dict[str, bytes]:
        """Name → content of everything in it."""
        found: dict[str, bytes] = {}
        if not self.called:
            found |= {f"{EXHIBITS}/{path.name}": path.read_bytes() for job in self.jobs for path in _beside(job)}
        there = {*found, *(job.page.name for job in self.jobs)}
        for job in self.jobs:
            found |= self._report(job, forms, there)
        for language in dict.fromkeys(str(job.parameters["language"]) for job in self.jobs):
            texts = Texts("nl" if language == "nl" else "en")
            found[f"{texts('handout.readme')}.txt"] = self._readme(texts, list(found)).encode()
        return dict(sorted(found.items()))

    def _report(self, job: Job, forms: Sequence[Format], there: set[str]) -> dict[str, bytes]:
        """One page in all formats, and its data."""
        stem, html = job.page.stem, job.page.read_text(encoding="utf-8")
        texts = Texts("nl" if job.parameters["language"] == "nl" else "en")
        offers = {BOOK: f"{stem}.xlsx", NUMBERS: f"{stem}.csv"}
        page = mailed(html, there | {*offers.values()}, offers, texts, code=not self.called)
        found = {
            job.page.name: page.encode(),
            f"{stem}.xlsx": to_book(html, texts),
            f"{stem}.csv": _numbers(html),
            **{place(job, form).name: place(job, form).read_bytes() for form in forms},
        }
        if "pdf" in forms and (printed := sheet(job.page)):
            found[f"{stem}.{texts('handout.sheet')}.pdf"] = printed
        return found

    def _readme(self, texts: Texts, names: Sequence[str]) -> str:
        """What this folder is, for whom, and what each file of this language is."""
        pages = [job for job in self.jobs if job.parameters["language"] == texts.language]
        named = {"name": inert(self.called), "region": self.name}
        parts = [texts("handout.region", **named) if self.called else texts("handout.nation")]
        for job in pages:
            html = job.page.read_text(encoding="utf-8")
            parts.append(
                "\n".join(plain(Markup(told)) for told in (*_TITLE.findall(html), *_MARK.findall(html)) if told)
            )
            parts += [
                f"- {name}\n  {texts(f'handout.file.{_kind(name, texts)}')}"
                for name in names
                if name.startswith(f"{job.page.stem}.")
            ]
        if not self.called:
            parts.append(f"- {EXHIBITS}\n  {texts('handout.file.exhibits')}")
        return "\n\n".join([*parts, texts("handout.questions")]) + "\n"


def _kind(name: str, texts: Texts) -> str:
    return "sheet" if name.endswith(f".{texts('handout.sheet')}.pdf") else name.rpartition(".")[2]


def _beside(job: Job) -> list[Path]:
    """Data and pictures of its figures and tables; all of its tables at once stand beside the page."""
    found = (job.page.parent / EXHIBITS).glob(f"{job.page.stem}.*")
    return sorted(path for path in found if path.suffix != ".xlsx")


def _numbers(html: str) -> bytes:
    """All numbers of a page as CSV: a row each, with figure or table, result, and what nobody may overlook."""
    table = io.StringIO()
    write = csv.writer(table, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    write.writerow(["exhibit", *COLUMNS[:-1], "mark"])
    mark = plain(Markup("".join(_MARK.findall(html)[:1])))
    for exhibit, _ in EXHIBIT.findall(html):
        name = words("".join(_NAME.findall(exhibit)[:1]))
        for row in cells(exhibit):
            told = [quiet(each) if isinstance(each, str) else each for each in (name, *row)]
            write.writerow([*("" if each != each else each for each in told), mark])  # noqa: PLR0124
    return table.getvalue().encode()

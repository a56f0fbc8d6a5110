"""What nbconvert does to an executed notebook before the page template sees it."""

import ast
import base64
import datetime
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from typing import Any

from markupsafe import Markup
from nbconvert.filters import markdown2html, strip_ansi
from nbconvert.preprocessors import Preprocessor

from sto_analysis.errors import NotebookFailed
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.report.language import Texts
from sto_analysis.report.plain import inert, plain

_HEADING = re.compile(r"(#{1,3}) +(.+?)(?: +#+)?")
_FENCE = re.compile(r" {0,3}(`{3}|~{3})")
_CELL = re.compile(r'href="cell:(\w+)#([\w-]+)"')
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_TEXTS = ("text/html", "text/markdown", "text/plain")
_PICTURE = Markup('<figure><div class="picture" tabindex="0"><img src="data:{};base64,{}" alt="{}"></div></figure>')


@dataclass(frozen=True)
class Section:
    """A numbered heading: `level` 2 or 3, its number, its id in the page and its title."""

    level: int
    number: str
    id: str
    title: Markup


class Prepare(Preprocessor):
    """Put the text in the language of the page, number the sections, make every output one that a page can show.

    Named in the template's ``conf.json``, so that plain ``jupyter nbconvert --to html --template sto`` makes the same
    page as the pipeline. What the template needs to know is left in ``resources["report"]``.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Prepare a copy of a notebook.

        Parameters
        ----------
        nb : NotebookNode
            Executed; changed in place (nbconvert hands over a copy).
        resources : dict
            Of nbconvert.

        Returns
        -------
        tuple
            The notebook and the resources.

        Raises
        ------
        NotebookFailed
            When an output is an error (a traceback is never published), a picture without alt text, or nothing that
            a page can show; or when a cell has no Dutch text although others have.
        """
        parameters, sections = _parameters(nb), list[Section]()
        wave, language = parameters.get("wave", ""), parameters.get("language", "en")
        kinds = {"SYNTHETIC": is_synthetic(wave), "answers": wave, "published": parameters, "unknown": True}
        public = any('class="public"' in html for html in _html(nb))
        report: dict[str, Any] = {
            "public": public,
            "language": language,
            "t": Texts(language),
            "wave": inert(wave),
            "region": inert(parameters.get("region", "")),
            "synthetic": is_synthetic(wave),
            "data": next(kind for kind, holds in kinds.items() if holds),
            "title": "",
            "sections": sections,
        }
        _translate(nb)
        if public:
            resources["home"] = ""  # which does not leave
        for number, cell in enumerate(nb.cells):
            before = len(sections)
            if cell.cell_type == "code":
                cell["source"] = inert(cell.source)
                cell["outputs"] = [_shown(output, cell, number) for output in cell.outputs if not _is_silent(output)]
                _link_cells(cell.outputs, resources.get("home", ""), wave)
            elif cell.cell_type == "markdown":
                cell["source"] = "\n".join(_headings(cell.source, report, sections)).strip()
            cell.metadata["section"] = sections[min(before, len(sections) - 1)].title if sections else ""
        nb.cells = [cell for cell in nb.cells if cell.source or cell.get("outputs")]
        _fold(nb.cells)
        report["cite"] = _citation(nb, report["t"])
        report["mark"] = " · ".join(_marks(nb, report))
        report["head"] = _quoted(plain(report["title"]), report["region"], report["wave"])
        report["foot"] = _quoted(report["mark"])
        resources["report"] = report
        return nb, resources


def _marks(notebook: Any, report: dict[str, Any]) -> Iterator[str]:
    """What nobody may overlook on any printed page."""
    if report["synthetic"]:
        yield "SYNTHETIC"
    if any('class="confidential"' in html for html in _html(notebook)):
        yield report["t"]("page.mark")
    elif report["data"] in ("SYNTHETIC", "answers"):
        yield report["t"]("release.mark" if report["public"] else "page.internal")


def _html(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield str(output.get("data", {}).get("text/html", ""))


def _citation(notebook: Any, t: Texts) -> dict[str, str]:
    """Author, version and day of the compendium, which the last cell left (see `Page.colophon`)."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found: dict[str, str] = next(
        (each.metadata["cite"] for each in outputs if each.get("metadata", {}).get("cite")), {}
    )
    with suppress(ValueError, KeyError):  # a day that is none cannot be cited
        day = datetime.date.fromisoformat(found["date"])
        return found | {"year": str(day.year), "date": t.date(day)}
    return {}


def _quoted(*parts: str) -> Markup:
    """Words as the inside of a string of CSS, in which none of them is anything but itself."""
    told = " – ".join(filter(None, parts))
    return Markup(re.sub(r"[^\w .,:·–-]", lambda sign: f"\\{ord(sign[0]):x} ", told))


def _translate(notebook: Any) -> None:
    """Replace the markdown by the Dutch that a page in Dutch took with it (see `Page`)."""
    dutch: dict[str, str] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            dutch |= output.get("metadata", {}).get("text/html", {}).get("nl", {})
    for cell in notebook.cells if dutch else ():
        if cell.cell_type == "markdown":
            if cell.id not in dutch:
                todo = "Write it in the .nl.yaml beside the notebook and run that again."
                raise NotebookFailed(f"the text {cell.id!r} has no Dutch.", todo)
            cell["source"] = dutch[cell.id]


def _fold(cells: list[Any]) -> None:
    """Mark where each run of cells that are tagged ``researchers`` begins and ends: the page folds it."""
    for folded, run in groupby(cells, lambda cell: "researchers" in cell.metadata.get("tags", [])):
        first, *_, last = [*run] * 2
        if folded:
            first.metadata["fold_begins"] = last.metadata["fold_ends"] = True


def _parameters(notebook: Any) -> dict[str, Any]:
    """Parameters of the notebook: the defaults that it declares, and over them what papermill gave, as text."""
    values: dict[str, Any] = {}
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                    values[node.target.id] = ast.literal_eval(node.value)
    given: dict[str, Any] = notebook.metadata.get("papermill", {}).get("parameters", {})
    return {name: str(value) for name, value in (values | given).items()}


def _link_cells(outputs: list[Any], home: str, wave: str) -> None:
    """Let the address ``cell:notebook#cell-id`` lead to the page of the executed notebook, seen from this page.

    That of the published figures has its cells itself.
    """
    page = rf"{home.removesuffix('../index.html')}notebooks/\1.{wave}.html" if wave else ""
    for output in outputs:
        if html := output.get("data", {}).get("text/html"):
            output["data"]["text/html"] = _CELL.sub(rf'href="{page}#\2"', html)


def _headings(source: str, report: dict[str, Any], sections: list[Section]) -> Iterator[str]:
    """Lines of a markdown cell, its headings numbered and with ids, its title taken out."""
    fenced = False
    for line in source.splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.fullmatch(line)
        if not heading:
            yield line
            continue
        html = str(markdown2html(heading[2])).strip()
        level, title = len(heading[1]), Markup(html.removeprefix("<p>").removesuffix("</p>"))
        if level == 1:
            report["title"] = title
            continue
        section = Section(level, _number(level, sections), _id(title, sections), title)
        sections.append(section)
        yield f'\n<h{level} id="{section.id}"><span class="number">{section.number}</span> {title}</h{level}>\n'


def _number(level: int, sections: list[Section]) -> str:
    """Next number: ``3`` for a section, ``3.1`` for a part of it."""
    chapters = sum(section.level == 2 for section in sections)
    if level == 2:
        return str(chapters + 1)
    parts = sum(section.level == 3 and section.number.startswith(f"{chapters}.") for section in sections)
    return f"{chapters}.{parts + 1}"


def _id(title: str, sections: list[Section]) -> str:
    """Id of letters, digits and hyphens that no other heading has and the page itself does not use."""
    text = unescape(re.sub(r"<[^>]+>|’", "", title))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"
    taken = {section.id for section in sections} | {"main", "code"}
    names = [slug, *(f"{slug}-{count}" for count in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def _is_silent(output: Any) -> bool:
    """Whether an output shows nothing on a page: warnings, and what only carries the Dutch text."""
    return bool(output.get("name") == "stderr" or output.get("data", {}).get("text/html") == "")


def _shown(output: Any, cell: Any, number: int) -> Any:
    """Return the output with the one form that the page shows; a picture becomes HTML with its alt text."""
    if output.output_type == "error":
        what = f"the executed notebook holds an error ({output['ename']}) in cell {number}."
        raise NotebookFailed(what, "Mend it and run the notebook again.")
    if output.output_type == "stream":
        output["text"] = inert(strip_ansi(output.text))
        return output
    kind = next((kind for kind in ("text/html", *_PICTURES, *_TEXTS) if kind in output.data), None)
    if kind is None:
        what = f"cell {number} shows {', '.join(output.data) or 'nothing'}, which a page cannot hold."
        raise NotebookFailed(what, "Show HTML, markdown, text, or a picture as SVG, PNG or JPEG.")
    value = output.data[kind]
    if kind in _PICTURES:
        alt = output.metadata.get(kind, {}).get("alt") or output.metadata.get("alt") or cell.metadata.get("alt")
        if not alt:
            what = f"the picture in cell {number} has no alt text."
            raise NotebookFailed(what, "Show it with Page.figure, or put `alt` in the metadata of the cell.")
        code = base64.b64encode(value.encode()).decode() if kind == "image/svg+xml" else value.replace("\n", "")
        value = _PICTURE.format(kind, code, alt)
    elif kind == "text/html" and 'class="dataframe"' in value:
        value = f'<div class="table" tabindex="0">{value.replace("<th></th>", "<td></td>")}</div>'
    form = "text/html" if kind in (*_PICTURES, "text/html") else "text/plain"  # Markdown may hold values: no markup
    output["data"] = {form: inert(value if form == "text/html" else strip_ansi(value))}
    return output

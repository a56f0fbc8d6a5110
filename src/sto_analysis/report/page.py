"""What a notebook shows: numbered figures and tables with their source, sentences, the SYNTHETIC banner."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from IPython.display import HTML, display
from markupsafe import Markup, escape

from sto_analysis import provenance
from sto_analysis.errors import MissingText
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.scales import Language
from sto_analysis.monitor.translation import read_translation
from sto_analysis.monitor.wave import is_synthetic
from sto_analysis.names import plain_id
from sto_analysis.report.citation import cited
from sto_analysis.report.context import Context
from sto_analysis.report.exhibit import Base, Exhibit
from sto_analysis.report.exhibits import EXHIBITS
from sto_analysis.report.figures import DESK, PHONE, Drawing
from sto_analysis.report.glossary import Glossary
from sto_analysis.report.language import DASH, MARK
from sto_analysis.report.markup import fill, table_html
from sto_analysis.report.panels import CONSTANT, Panels, results_in
from sto_analysis.report.picture import picture
from sto_analysis.report.plain import inert, plain
from sto_analysis.report.shown import all_shown, hidden_in, release_sentence, released, without_withheld


@dataclass(frozen=True)
class Shown:
    """A numbered figure or table: its id in the page, its name and title, and the id of its cell."""

    id: str
    name: str
    title: str
    cell: str


class Page:
    """The page that a notebook makes.

    Parameters
    ----------
    wave_id : str
        Wave that the page is about, or ``published``.
    language : {"nl", "en"}
        Of captions, alt texts and sentences.
    alpha : float
        Level of the tests.
    notebook : str, optional
        Name of the notebook, where its Dutch text stands beside it: a Dutch page takes that text with it, so that
        nbconvert shows it wherever the executed notebook is.

    Attributes
    ----------
    context : Context
        Language, names of the concepts and level, for sentences.
    synthetic : bool
        Whether the wave is simulated.
    release : Release or None
        Of a public page: it shows what the release does, and says so. A sentence with a number that is withheld is left
        out; an exhibit has a dot in its place.

    Notes
    -----
    Making a page of a synthetic wave shows the SYNTHETIC banner, and every figure of it carries the word.
    """

    def __init__(self, wave_id: str, language: Language = "en", *, alpha: float = 0.05, notebook: str = "") -> None:
        self.context = Context(language, read_codebook(), alpha)
        self.texts = self.context.texts
        self.synthetic = is_synthetic(wave_id if isinstance(wave_id, str) else plain_id(wave_id))
        self.shown: list[Shown] = []
        self._wave_id, self._notebook = wave_id, notebook
        self._panels, self._glossary = Panels(self.context, wave_id, notebook), Glossary(self.context)
        if notebook and language == "nl":
            display(HTML("", metadata={"nl": read_translation(notebook)}))
        self.release = released(wave_id)
        if self.synthetic:
            told = self.texts("page.synthetic")
            self._show('<p class="synthetic" role="note"><strong>SYNTHETIC</strong> {}</p>', told)
        if self.release:
            self._show('<p class="public" role="note">{}</p>', release_sentence(self.context, self.release))

    def say(self, *sentences: str) -> None:
        """Show sentences as a paragraph."""
        if told := self._told(sentences):
            self._show("<p>{}</p>", self._glossary.explained(Markup(" ").join(told)))

    def box(self, *paragraphs: str) -> None:
        """Show paragraphs in a frame."""
        told = Markup().join(map(Markup("<p>{}</p>\n").format, self._told(paragraphs)))
        self._show('<div class="box">\n{}</div>', self._glossary.explained(told))

    def list(self, sentences: Iterable[str], look: str = "") -> None:
        """Show sentences as a list; with the look ``callouts`` what is bold in each stands large above the rest."""
        words = self._glossary.explained
        shown = self._told(sentences) or [self.texts("release.nothing_told")] * bool(self.release)
        told = (self._panels.explained(words(Markup(escape(sentence)))) for sentence in shown)
        list_ = f'<ul class="{look}">' if look else "<ul>"
        self._show(list_ + "\n{}</ul>", Markup().join(map(Markup("<li>{}</li>\n").format, told)), opened=True)

    def notice(self, key: str) -> None:
        """Show a framed notice of the catalogue."""
        self._show('<p class="confidential" role="note">{}</p>', self.texts(key))

    def figure(self, name: str, *data: object, **more: object) -> None:
        """Show a figure with number, caption, source, alt text and its data as a folded table.

        Parameters
        ----------
        name : str
            ``<name>_figure`` of `sto_analysis.report.exhibits` makes it; ``figure.<name>.caption`` and
            ``figure.<name>.alt`` of the catalogue describe it, ``figure.<name>.finding`` is what it shows: its title.
        *data, **more
            What that function takes after the context; or the `Exhibit` itself, made in the notebook.

        Raises
        ------
        MissingText
            When nothing makes a figure of that name, or a text or the value of a placeholder is missing.
        """
        if (made := self._made("figure", name, data, more)) is None:
            return
        exhibit, values, caption = made
        if values["tabled"]:
            self._tabled("figure", name, exhibit, values, caption)
            return
        if exhibit.figure is None and exhibit.html is None:
            raise MissingText(f"{name!r} has no figure.", "Give its exhibit one, or show it with `page.table`.")
        shown = self._remember("figure", caption)
        summary = self.texts("page.as_table", name=shown.name.lower())
        alt = self.texts("release.part" if values["withheld"] or exhibit.part else f"figure.{name}.alt", **values)
        html = fill(
            "figure.html.j2",
            shown=shown,
            exhibit=name,
            t=self.texts,
            html=self._panels.explained(exhibit.html or Markup()),
            stamp="SYNTHETIC" * self.synthetic,
            pictures=self._pictures(exhibit.figure) if exhibit.figure else [],
            alt=plain(alt),
            results=" ".join(dict.fromkeys(results_in(alt))),
            constants=" ".join(dict.fromkeys(CONSTANT.findall(alt))),
            finding=self._finding("figure", name, values),
            caption=self._panels.explained(Markup(escape(caption))),
            source=self._panels.explained(Markup(escape(self._source(values)))),
            summary=summary,
            folded=table_html(exhibit.table, self.texts, f"{shown.id}-table", summary, self._panels.rows, folded=True),
        )
        self._show("{}", html, opened=True)

    def table(self, name: str, *data: object, **more: object) -> None:
        """Show a table with number, caption, header cells, note and source.

        Parameters
        ----------
        name : str
            ``<name>_table`` of `sto_analysis.report.exhibits` makes it; ``table.<name>.caption`` and
            ``table.<name>.note`` (base, method) of the catalogue describe it, ``table.<name>.finding`` stands above it.
        *data, **more
            What that function takes after the context; or the `Exhibit` itself, made in the notebook.

        Raises
        ------
        MissingText
            When nothing makes a table of that name, or a text or the value of a placeholder is missing.
        """
        if (made := self._made("table", name, data, more)) is not None:
            self._tabled("table", name, *made)

    def _tabled(self, kind: str, name: str, exhibit: Exhibit, values: dict[str, object], caption: str) -> None:
        """Show an exhibit as a table."""
        note = self.texts(f"table.{name}.note", **values) if kind == "table" else ""
        shown, source = self._remember("table", caption), self._source(values)
        table, gone = without_withheld(exhibit.table) if self.release else (exhibit.table, [])
        if gone:
            source = Markup("{} {}").format(source, self.texts("release.columns", names=self.texts.both(gone)))
        told = {"note": note, "source": source, "caption": caption}
        told = {where: self._panels.explained(Markup(escape(text))) for where, text in told.items()}
        above, told["cell"], told["exhibit"] = told.pop("caption"), Markup(shown.cell), name
        told["finding"] = self._finding(kind, name, values)
        html = table_html(table, self.texts, shown.id, above, self._panels.rows, name=shown.name, **told)
        self._show("{}", html, opened=True)

    def contents_list(self) -> None:
        """Show the figures and tables so far, with links and the cell that made each."""
        link = Markup('<a href="#cell-{}">{}</a>')
        cells = [self.texts("page.cell", notebook=self._notebook, cell=each.cell or DASH) for each in self.shown]
        rows = [
            (each.name, each.title, link.format(each.cell, cell) if each.cell else cell)
            for each, cell in zip(self.shown, cells, strict=True)
        ]
        headings = [self.texts(f"column.{name}") for name in ("shown", "title", "cell")]
        frame, links = pd.DataFrame(rows, columns=headings, dtype=object), [each.id for each in self.shown]
        self._show("{}", table_html(frame, self.texts, "shown", self.texts("page.shown"), links=links))

    def colophon(self, **more: Any) -> None:
        """Show what the page was made of, and leave it with the executed notebook; the last cell calls this.

        Parameters
        ----------
        **more
            Printed beside the notebook's own parameters: seeds or counts of the results that it reads.
        """
        cite = cited()
        if self.release:  # in which a count may lack
            more = {name: f"{value:.10g}" for name, value in more.items() if not pd.isna(value)}
        facts, recorded = provenance.colophon(**more)
        if self.release:
            del facts["data"]
        row = Markup("<dt>{}</dt><dd>{}</dd>")
        rows = Markup().join(row.format(self.texts(f"colophon.{name}"), value) for name, value in facts.items())
        self._show('<dl class="colophon">{}</dl>', rows, provenance=recorded, cite=cite)

    def _made(
        self, kind: str, name: str, data: tuple[object, ...], more: dict[str, object]
    ) -> tuple[Exhibit, dict[str, object], str] | None:
        """Exhibit, the values of its texts, and its caption; None, and said so, where a release shows none of it."""
        if any(isinstance(each, pd.DataFrame) and each.empty and not all_shown(each) for each in data):
            self.say(self.texts("release.left_out"))
            return None
        if data and isinstance(data[0], Exhibit):
            exhibit = data[0]
        elif (maker := f"{name}_{kind}") in EXHIBITS:
            exhibit = EXHIBITS[maker](self.context, *data, **more)
        else:
            raise MissingText(
                f"nothing makes the {kind} {name!r}.", f"Write `{maker}` in sto_analysis/report/exhibits."
            )
        withheld, few, whole = hidden_in(exhibit.table) if self.release else (False, False, False)
        if whole and not exhibit.html:
            self.say(self.texts("release.left_out"))
            return None
        values = {"alpha": self.context.level, "finding": "", **exhibit.words, "base": self._base(exhibit.base)}
        tabled = kind == "figure" and not exhibit.html and (few or (withheld and not exhibit.figure))
        values |= {"withheld": withheld, "tabled": tabled} | ({"finding": ""} if withheld else {})
        caption = self.texts(f"{kind}.{name}.caption", **values)
        if self.release and MARK in caption:
            caption = self.texts(f"{kind}.{name}.part", **values)
        if tabled:  # the other sentences are about the picture
            caption = caption[: found.end()] if (found := re.search(r"\.(?= )", caption)) else caption
        if self.synthetic:
            caption += f"{'' if plain(caption).endswith(('.', '?')) else '.'} SYNTHETIC ({self._wave_id})."
        return exhibit, values, caption

    def _pictures(self, draw: Drawing) -> Sequence[str]:
        """A figure for the desk and, of what readers open there, for the phone."""
        sheets = (DESK, PHONE) if self._notebook else (DESK,)
        return [picture(draw, sheet, "SYNTHETIC" if self.synthetic else "") for sheet in sheets]

    def _finding(self, kind: str, name: str, values: dict[str, object]) -> Markup:
        """Title of an exhibit, where the catalogue has one and the results fill it."""
        key = f"{kind}.{name}.finding"
        told = self.texts(key, **values).strip() if key in self.texts else ""
        return self._panels.explained(Markup(escape(told)))

    def _show(self, markup: str, part: str, *, opened: bool = False, **metadata: object) -> None:
        """Show markup of ours around a part, which is escaped unless it is markup; MathJax leaves what it holds alone.

        Its numbers open their panels, unless they do already.
        """
        html = Markup(f'<div class="mathjax_ignore tex2jax_ignore">{markup}{{}}</div>')
        told = Markup(part) if opened else self._panels.explained(Markup(escape(part)))
        display(HTML(inert(html.format(told, self._panels.new()))), metadata=metadata)

    def _base(self, base: Base) -> str:
        if base is None:
            return ""
        bases = list(base) if isinstance(base, Iterable) else [base]
        return self.texts.numbers(min(bases), max(bases), 0) if bases else ""

    def _source(self, values: dict[str, object]) -> str:
        kind = "synthetic" if self.synthetic else "published" if self._wave_id == "published" else "wave"
        origin = values.get("origin") or self.texts(f"page.source.{kind}", wave=self._wave_id)
        told = Markup("{}; n = {}.").format(origin, values["base"]) if values["base"] else f"{origin}."
        return Markup("{} {}").format(told, self.texts("release.why")) if values["withheld"] else told

    def _told(self, sentences: Iterable[str]) -> Sequence[str]:
        """What can be said: of a release, no sentence with a number that it does not show."""
        return [each for each in sentences if each and MARK not in each] if self.release else [*sentences]

    def _remember(self, kind: str, caption: str) -> Shown:
        name = self.texts(f"page.{kind}")
        number = sum(each.name.startswith(name) for each in self.shown) + 1
        first = re.split(r"(?<=[.:;?]) ", caption, maxsplit=1)[0].rstrip(".:;")
        title = Markup(first) if isinstance(caption, Markup) else first
        short = "fig" if kind == "figure" else kind
        shown = Shown(f"{short}-{number}", f"{name} {number}", title, provenance.here()[1])
        self.shown.append(shown)
        return shown

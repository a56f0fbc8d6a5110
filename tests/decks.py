"""Pages whose slides are tested, and what slides say."""

from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from pptx import Presentation
from pptx.slide import Slide

DOT = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>"


def number(result: str, value: float, shown: str, part: str = "") -> str:
    return f'<data value="{value}" data-result="{result}"{f" data-part={part}" if part else ""}>{shown}</data>'


def table(heads: list[str], rows: list[list[str]]) -> str:
    above = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    cells = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{c}</td>" for c in more)}</tr>' for first, *more in rows
    )
    return f"<table><thead><tr>{above}</tr></thead><tbody>{cells}</tbody></table>"


def figure(
    name: str, finding: str, heads: list[str], rows: list[list[str]], caption: str = "Shares, in per cent. Method."
) -> str:
    told = f'<p class="finding"><strong>{finding}</strong></p>' if finding else ""
    return (
        f'<figure id="fig-1" data-exhibit="{name}">{told}<div class="picture"><img src="{DOT}" alt="A dot."></div>'
        f'<figcaption><strong class="name">Figure 1.</strong> {caption} SYNTHETIC (synthetic-2024). '
        f'<span class="source">Source: answers; n = 51.</span></figcaption>'
        f'<details class="data"><div class="boxed">{table(heads, rows)}</div></details></figure>'
    )


def shares(names: list[str], values: list[float]) -> list[list[str]]:
    return [
        [escape(name), number(f"share.borging.a{n}.top", value, f"{100 * value:.0f}%"), "51"]
        for n, (name, value) in enumerate(zip(names, values, strict=True))
    ]


def page(
    *cells: tuple[str, str], language: str = "en", notices: str = "", title: str = "Report", mark: str = "SYNTHETIC"
) -> str:
    said = "".join(
        f'<div class="code" data-cell="{cell}" id="cell-{cell}"></div><div class="output">{html}</div>'
        for cell, html in cells
    )
    return (
        f'<html lang="{language}"><head><title>{title}</title><meta name="sto-mark" content="{mark}">'
        f'</head><body><header><p class="banner"><strong>SYNTHETIC</strong> Made up.</p>'
        f'<p class="home">Monitor</p><h1>{title}</h1><p class="about">Wave synthetic-2024</p></header><main>{notices}'
        f'<div class="text"><h2><span class="number">1</span> Heading</h2></div>{said}</main></body></html>'
    )


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def slides(path: Path) -> list[Slide]:
    return list(Presentation(str(path)).slides)


def charts(slide: Slide) -> list[Any]:
    return [shape for shape in slide.shapes if shape.has_chart]


def texts(slide: Slide) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def descriptions(slide: Slide) -> list[str]:
    """Alt texts of charts, pictures and tables; an empty one where one has none."""
    frames = slide.element.xpath(".//p:graphicFrame/p:nvGraphicFramePr/p:cNvPr | .//p:pic/p:nvPicPr/p:cNvPr")
    return [frame.get("descr", "") for frame in frames]

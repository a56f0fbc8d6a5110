"""Fields of a Word document, each with its result already in it: nothing needs an update, and each can have one.

Captions count themselves (SEQ), what names an exhibit follows its number (REF), contents know pages (PAGEREF).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

_LABEL = re.compile(r"(\w+)[ \u00a0](\d+)(.*)", re.DOTALL)
_CAPTIONS = ("Image Caption", "Table Caption")


def field(instruction: str, shown: Iterable[Any]) -> list[Any]:
    """Make the runs of a field.

    Parameters
    ----------
    instruction : str
        What Word does when it is updated.
    shown : iterable of elements
        Runs that stand there until then.

    Returns
    -------
    list of elements
        Runs.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    runs = [OxmlElement("w:r") for _ in range(4)]
    for run, kind in zip((runs[0], runs[2], runs[3]), ("begin", "separate", "end"), strict=True):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run.append(mark)
    told = OxmlElement("w:instrText")
    told.set(qn("xml:space"), "preserve")
    told.text = f" {instruction} "
    runs[1].append(told)
    return [*runs[:3], *shown, runs[3]]


def run_of(text: str, like: Any = None) -> Any:
    """Make a run of a text, which looks as another one does."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = OxmlElement("w:r")
    if like is not None and like.rPr is not None:
        run.append(deepcopy(like.rPr))
    part = OxmlElement("w:t")
    part.set(qn("xml:space"), "preserve")
    part.text = text
    run.append(part)
    return run


def number_captions(document: Any) -> None:
    """Let captions count themselves, and what names an exhibit follow the number of its caption.

    Parameters
    ----------
    document : docx.Document
        Changed in place. A caption that holds tracked changes of its number, and a link to it, stay as they are.
    """
    from docx.oxml.ns import qn

    body, seen, names = document.element.body, Counter[str](), dict[str, str]()
    ids = count(1 + max((int(mark.get(qn("w:id"))) for mark in body.iter(qn("w:bookmarkStart"))), default=0))
    for paragraph in document.paragraphs:
        first = next(iter(paragraph._p.xpath("w:r | w:ins | w:del")), paragraph._p)
        found = _LABEL.fullmatch(first.text or "") if first.tag == qn("w:r") else None
        if found and paragraph.style.name in _CAPTIONS:
            label, number, rest = found.groups()
            anew = "" if seen[label] + 1 == int(number) else rf" \r {number}"
            seen[label], names[f"{label} {number}"] = int(number), f"_Ref{label}{number}"
            shown = field(rf"SEQ {label} \* ARABIC{anew}", [run_of(number, first)])
            start, end = _bookmark(names[f"{label} {number}"], next(ids))
            for each in (start, run_of(f"{label} ", first), *shown, end, run_of(rest, first)):
                first.addprevious(each)
            first.getparent().remove(first)
    for link in [each for each in body.iter(qn("w:hyperlink")) if each.getparent().tag == qn("w:p")]:
        if name := names.get("".join(part.text or "" for part in link.iter(qn("w:t")))):
            for each in field(rf"REF {name} \h", list(link)):
                link.addprevious(each)
            link.getparent().remove(link)


def _bookmark(name: str, number: int) -> tuple[Any, Any]:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:name"), name)
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    return start, end


def fill_contents(document: Any, *, numbered: bool) -> dict[str, Any]:
    """Write the headings into the contents field, which pandoc leaves empty until somebody updates it.

    Parameters
    ----------
    document : docx.Document
        With a contents field; changed in place.
    numbered : bool
        Whether entries get room for the number of their page.

    Returns
    -------
    dict
        Bookmark of a heading → the element that holds the number of its page.
    """
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    (start,) = document.element.xpath("//w:sdt//w:r[w:instrText]")  # begins the field and ends it
    whole, numbers = Paragraph(start.getparent(), document), dict[str, Any]()
    for heading in document.paragraphs:
        if heading.style.name in ("Heading 1", "Heading 2"):
            entry = whole.insert_paragraph_before("", heading.style.name.replace("Heading", "toc"))
            link, name = (
                OxmlElement("w:hyperlink"),
                heading._p.xpath("preceding-sibling::w:bookmarkStart[1]/@w:name")[0],
            )
            link.set(qn("w:anchor"), name)
            for part in heading._p.xpath("w:r | w:ins | w:del | w:hyperlink/w:r"):  # with changes that are tracked
                link.append(deepcopy(part))
            entry._p.append(link)
            if numbered:
                tab, number = OxmlElement("w:r"), run_of("0")
                tab.append(OxmlElement("w:tab"))
                link.extend([tab, *field(rf"PAGEREF {name} \h", [number])])
                numbers[name] = number[-1]
    whole.add_run()._r.append(start[-1])  # ends after the entries, and begins before them:
    whole._p.getparent()[1].insert(1, start)
    start[0].attrib.pop(qn("w:dirty"))  # Word would ask whether to update it
    return numbers


def write_pages(numbers: Mapping[str, Any], pages: Mapping[str, int]) -> None:
    """Write the pages of headings into the contents, where they are known."""
    for name, number in numbers.items():
        number.text = str(pages.get(name, ""))

"""Whether a PDF keeps PDF/UA-1 (ISO 14289-1), as far as a program can tell without the standard's own judges."""

import re
from collections.abc import Iterator
from typing import Any

MARKED = re.compile(rb"/\w+ (?:(?:<<[^>]*>>|/\w+) ?BDC|BMC\n).*?EMC", re.DOTALL)
"""What a page draws under a tag, or as an artifact."""
DRAWN = re.compile(
    rb"^BT\n.*?^ET$|^[-\d. ]+ (?:re|m)\n.*?^(?:f|F|f\*|B|B\*|b|b\*|S|s|n|sh)$|^/\w+ Do$", re.M | re.DOTALL
)
"""Letters, lines, areas and pictures, as Chromium writes them."""
_STANDARD = re.compile(
    "/(Document|Part|Art|Sect|Div|BlockQuote|Caption|TOCI?|Index|NonStruct|Private|P|H[1-6]?|LI?|Lbl|LBody|T[RHD]|THead"
    "|Table|TBody|TFoot|Span|Quote|Note|Reference|BibEntry|Code|Link|Annot|Figure|Formula|Form)"
)


def elements(node: Any) -> Iterator[Any]:
    """Structure elements at or below a node of the tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from elements(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def annotations(page: Any) -> list[Any]:
    """Links of a page."""
    return [each.get_object() for each in page.get("/Annots", [])]


def faults(reader: Any) -> Iterator[str]:
    """Name what keeps a PDF from PDF/UA-1, as far as a program can tell without the standard's own judges.

    Parameters
    ----------
    reader : pypdf.PdfReader or pypdf.PdfWriter
        A PDF.

    Yields
    ------
    str
        Language, title bar, content without tag, order of tabs, links without words, fonts that are not embedded or
        have no Unicode, roles, headings that skip a level, pictures without alternative, tables that are not regular
        or have a head without scope, items without body.
    """
    root = getattr(reader, "root_object", None) or reader.trailer["/Root"]
    if not (root.get("/Lang") and root.get("/MarkInfo", {}).get("/Marked")):
        yield "no language, or not marked as tagged"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the title is not shown"
    for number, page in enumerate(reader.pages, start=1):
        yield from (f"page {number}: {each}" for each in _faults_of_page(page))
    tree = root["/StructTreeRoot"]
    found, roles = list(elements(tree)), tree.get("/RoleMap", {})
    yield from sorted(
        {f"the role {each['/S']} is not standard" for each in found if not _STANDARD.fullmatch(_role(each, roles))}
    )
    yield from _faults_of_headings([each["/S"][2:] for each in found if re.fullmatch(r"/H\d", each["/S"])])
    for each in found:
        if each["/S"] == "/Figure" and not str(each.get("/Alt", "")).strip():
            yield "a figure has no alternative"
        if each["/S"] == "/LI" and not any(part["/S"] == "/LBody" for part in elements(each["/K"])):
            yield "an item of a list has no body"
        if each["/S"] == "/Table":
            yield from _faults_of_table(each)


def _role(element: Any, roles: Any) -> str:
    return str(roles.get(element["/S"], element["/S"]))


def _faults_of_page(page: Any) -> Iterator[str]:
    contents = page.get_contents()
    if contents is not None and DRAWN.search(MARKED.sub(b"", contents.get_data())):
        yield "content that is neither tagged nor an artifact"
    if page.get("/Annots") and page.get("/Tabs") != "/S":
        yield "tabs do not follow the tags"
    if not all(note.get("/Contents") for note in annotations(page)):
        yield "a link has no words"
    for each in page["/Resources"].get("/Font", {}).values():
        font = each.get_object()
        within = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & {*within.get("/FontDescriptor", {})}
        if font["/Subtype"] != "/Type3" and not (embedded and "/ToUnicode" in font):
            yield f"the font {font.get('/BaseFont')} is not embedded, or has no Unicode"


def _faults_of_headings(levels: list[str]) -> Iterator[str]:
    for before, level in zip(["0", *levels], levels, strict=False):
        if int(level) > int(before) + 1:
            yield f"a heading of level {level} follows one of level {before}"


def _faults_of_table(table: Any) -> Iterator[str]:
    rows = [
        [cell for cell in elements(row["/K"]) if cell["/S"] in ("/TH", "/TD")]
        for row in elements(table["/K"])
        if row["/S"] == "/TR"
    ]
    if len({sum(_attribute(cell, "/ColSpan", 1) for cell in row) for row in rows}) > 1:
        yield "the rows of a table have different numbers of cells"
    if not any(cell["/S"] == "/TH" for row in rows for cell in row):
        yield "a table has no head"
    if not all(_attribute(cell, "/Scope", "") for row in rows for cell in row if cell["/S"] == "/TH"):
        yield "a head of a table has no scope"


def _attribute(cell: Any, name: str, otherwise: Any) -> Any:
    given = cell.get("/A", [])
    found = [
        each.get_object()[name] for each in (given if isinstance(given, list) else [given]) if name in each.get_object()
    ]
    return found[0] if found else otherwise

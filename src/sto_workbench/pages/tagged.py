"""A printed PDF → one that keeps PDF/UA-1 (ISO 14289-1), and says so only where nothing that is looked at fails.

Chromium tags what it prints. What it leaves out is put in here: what runs at the head and foot of a page is no content
(an artifact), its own tags have standard roles, an item of a list has a body, a link says where it goes, and the
metadata stand in XMP too.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from sto_workbench.pages.about import About
from sto_workbench.pages.conforming import DRAWN, MARKED, annotations, elements, faults

_ROLES = {"/Strong": "/Span", "/Em": "/Span", "/Sub": "/Span", "/Title": "/P", "/FENote": "/Note", "/Aside": "/Sect"}
_ARTIFACT = b"/Artifact BMC\n%b\nEMC"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{facts}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def complete(writer: Any, facts: About, links: Mapping[str, str]) -> list[str]:
    """Complete the tags and the metadata of a printed page.

    Parameters
    ----------
    writer : pypdf.PdfWriter
        The print; changed in place.
    facts : About
        For its metadata.
    links : mapping of str
        Where a link goes → its words.

    Returns
    -------
    list of str
        What fails still (see `faults`); without any, the PDF is identified as PDF/UA-1.
    """
    from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

    for page in writer.pages:
        _mark_rest(page)
        page[NameObject("/Tabs")] = NameObject("/S")
        for note in annotations(page):
            note[NameObject("/Contents")] = TextStringObject(_words(note, links))
            note[NameObject("/F")] = NumberObject(4)  # is printed
    root = writer.root_object
    tree = root["/StructTreeRoot"]
    tree[NameObject("/RoleMap")] = DictionaryObject({NameObject(a): NameObject(b) for a, b in _ROLES.items()})
    items = [element for element in elements(tree) if element["/S"] == "/LI"]
    _hand_over(tree, dict(filter(None, (_give_body(writer, item) for item in items))))
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): _true()})
    root[NameObject("/Lang")] = TextStringObject(facts.locale)
    left = list(faults(writer))
    _describe(writer, facts, conforms=not left)
    return left


def _true() -> Any:
    from pypdf.generic import BooleanObject

    return BooleanObject(True)


def _words(note: Any, links: Mapping[str, str]) -> str:
    """Say where a link goes."""
    action = note.get("/A", {})
    to = str(action.get("/URI", "")) or f"#{str(note.get('/Dest', '')).lstrip('/')}"
    return links.get(to, to)


def _mark_rest(page: Any) -> None:
    """Mark as artifact what a page draws outside its tags."""
    from pypdf.generic import NameObject, StreamObject

    if (contents := page.get_contents()) is None:
        return
    whole, parts, last = contents.get_data(), [], 0
    for found in MARKED.finditer(whole):
        parts += [DRAWN.sub(lambda each: _ARTIFACT % each[0], whole[last : found.start()]), found[0]]
        last = found.end()
    parts.append(DRAWN.sub(lambda each: _ARTIFACT % each[0], whole[last:]))
    stream = StreamObject()
    stream.set_data(b"".join(parts))
    page[NameObject("/Contents")] = page.pdf._add_object(stream.flate_encode())


def _give_body(writer: Any, item: Any) -> tuple[int, Any] | None:
    """Put what an item of a list holds beside its label into its body; return the item and its body if it had none."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    held = item["/K"] if isinstance(item["/K"], list) else [item["/K"]]
    label = [each for each in held if _kind(each) == "/Lbl"]
    rest = [each for each in held if each not in label]
    if not rest or "/LBody" in map(_kind, rest):
        return None
    body = DictionaryObject({NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject("/LBody")})
    body.update({NameObject("/P"): item.indirect_reference, NameObject("/K"): ArrayObject(rest)})
    body.update({NameObject("/Pg"): item.raw_get("/Pg")} if "/Pg" in item else {})
    placed = writer._add_object(body)
    for each in rest:
        if _kind(each):
            each.get_object()[NameObject("/P")] = placed
    item[NameObject("/K")] = ArrayObject([*label, placed])
    return item.indirect_reference.idnum, placed


def _kind(node: Any) -> str:
    """Kind of a structure element; nothing for what a page draws itself."""
    node = node.get_object()
    return str(node.get("/S", "")) if isinstance(node, dict) else ""


def _hand_over(tree: Any, bodies: Mapping[int, Any]) -> None:
    """Let what pages draw belong to the bodies of items instead of the items."""
    for page in tree["/ParentTree"]["/Nums"][1::2]:
        owners = page.get_object()
        for place, owner in enumerate(owners) if isinstance(owners, list) else ():
            owners[place] = bodies.get(getattr(owner, "idnum", -1), owner)


def _describe(writer: Any, facts: About, *, conforms: bool) -> None:
    """Write metadata, the same in both places, and there whether the PDF is one for all readers."""
    from pypdf.generic import NameObject, StreamObject

    told = {"/Title": facts.title, "/Author": facts.author, "/Subject": facts.subject, "/Keywords": facts.keywords}
    dates = dict.fromkeys(("/CreationDate", "/ModDate"), f"{facts.made:D:%Y%m%d%H%M%S}Z") if facts.made else {}
    writer.metadata = {key: text for key, text in (told | dates).items() if text}
    stream = StreamObject()
    stream.set_data(_XMP.format(facts="\n".join(_xmp(facts, conforms))).encode())
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)


def _xmp(facts: About, conforms: bool) -> Iterator[str]:
    for name, text in (("title", facts.title), ("description", facts.subject)):
        if text:
            yield f'<dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></dc:{name}>'
    if facts.author:
        yield f"<dc:creator><rdf:Seq><rdf:li>{escape(facts.author)}</rdf:li></rdf:Seq></dc:creator>"
    words = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in facts.keywords.split(", "))
    yield f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject><pdf:Keywords>{escape(facts.keywords)}</pdf:Keywords>"
    yield f"<dc:language><rdf:Bag><rdf:li>{facts.locale}</rdf:li></rdf:Bag></dc:language>"
    if facts.made:
        yield "".join(f"<xmp:{name}>{_iso(facts.made)}</xmp:{name}>" for name in ("CreateDate", "ModifyDate"))
    if conforms:
        yield "<pdfuaid:part>1</pdfuaid:part>"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

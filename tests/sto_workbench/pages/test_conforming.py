"""What is looked at before a PDF is called one for all readers: each thing that is broken is named."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from sto_workbench.pages.conforming import annotations, elements, faults

pytestmark = pytest.mark.whole


def _first(writer: Any, kind: str) -> Any:
    return next(each for each in elements(writer.root_object["/StructTreeRoot"]) if each["/S"] == f"/{kind}")


def _font(writer: Any) -> None:
    for each in writer.pages[0]["/Resources"]["/Font"].values():
        each.get_object().pop("/ToUnicode", None)


def _drawn(writer: Any) -> None:
    stream = StreamObject()
    stream.set_data(b"BT\n/F4 9 Tf\n<0014> Tj\nET\n" + writer.pages[0].get_contents().get_data())
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _row(writer: Any) -> None:
    _first(writer, "TR")["/K"].pop()


BROKEN: dict[str, Callable[[Any], Any]] = {
    "no language": lambda writer: writer.root_object.pop("/Lang"),
    "title is not shown": lambda writer: writer.root_object.pop("/ViewerPreferences"),
    "neither tagged nor an artifact": _drawn,
    "tabs": lambda writer: writer.pages[0].pop("/Tabs"),
    "link has no words": lambda writer: annotations(writer.pages[0])[0].pop("/Contents"),
    "font .* has no Unicode": _font,
    "role /Strong": lambda writer: writer.root_object["/StructTreeRoot"].pop("/RoleMap"),
    "heading of level 3 follows one of level 1": lambda writer: _first(writer, "H2").update(
        {NameObject("/S"): NameObject("/H3")}
    ),
    "figure has no alternative": lambda writer: _first(writer, "Figure").pop("/Alt"),
    "item of a list has no body": lambda writer: _first(writer, "LBody").update(
        {NameObject("/S"): NameObject("/Span")}
    ),
    "different numbers of cells": _row,
    "head of a table has no scope": lambda writer: _first(writer, "TH").pop("/A"),
}


def test_a_page_of_ours_has_no_fault_and_is_identified(pdf: Path):
    assert list(faults(PdfReader(pdf))) == []
    assert b"<pdfuaid:part>1</pdfuaid:part>" in PdfReader(pdf).trailer["/Root"]["/Metadata"].get_data()


def test_what_is_broken_is_named(pdf: Path):
    whole = pdf.read_bytes()
    for named, breaks in BROKEN.items():
        writer: Any = PdfWriter(clone_from=io.BytesIO(whole))
        breaks(writer)
        assert any(re.search(named, fault) for fault in faults(writer)), named

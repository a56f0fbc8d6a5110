"""Hostile deliveries and settings: what is done to a compendium, where it enters, and what `sto check` must say."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

WAVE = "synthetic-2024"
HEAD = "region,name,commitment,krimp,employment,technology,teacher_shortage\n"
Do = Callable[[Path], object]


class Case(NamedTuple):
    """What is done to the compendium, and a part of what must be said; empty where it must be harmless."""

    do: Do
    said: str


def _raw(root: Path) -> Path:
    return root / "data" / "raw" / WAVE


def _line(start: str, line: str) -> Do:
    """Put a line in the place of the one of wave.yaml that begins so."""

    def do(root: Path) -> None:
        path = _raw(root) / "wave.yaml"
        lines = path.read_text(encoding="utf-8").splitlines()
        at = next(at for at, each in enumerate(lines) if each.startswith(start))
        path.write_text("\n".join([*lines[:at], line, *lines[at + 1 :]]) + "\n", encoding="utf-8")

    return do


def _more(text: str) -> Do:
    """Put text at the end of wave.yaml."""

    def do(root: Path) -> None:
        path = _raw(root) / "wave.yaml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return do


def _frame(text: str) -> Do:
    return lambda root: (_raw(root) / "frame.csv").write_text(text, encoding="utf-8")


def _region(region: str, name: str = "Noord") -> Do:
    return _frame(f'{HEAD}"{region}","{name}",0,0,1,1,2\n')


def _put(name: str, content: bytes) -> Do:
    """Put a file in the place of one of data/."""
    return lambda root: (root / "data" / name).write_bytes(content)


def _instead(name: str, make: Callable[[Path], object]) -> Do:
    """Make something else in the place of a file of data/."""

    def do(root: Path) -> None:
        (root / "data" / name).unlink()
        make(root / "data" / name)

    return do


def _codebook(old: str, new: str) -> Do:
    def do(root: Path) -> None:
        path = root / "data" / "codebook.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


def _export(name: str, content: bytes | Do) -> Do:
    """Deliver another export."""

    def do(root: Path) -> None:
        _line("file:", f"file: {name}")(root)
        path = _raw(root) / name
        content(path) if callable(content) else path.write_bytes(content)

    return do


def _link(target: str) -> Do:
    return lambda path: path.symlink_to(target)


def _lying_sav(path: Path) -> None:
    content = bytearray((path.parent / f"{WAVE}.sav").read_bytes())
    content[68:72], content[80:84] = (30_000).to_bytes(4, "little"), (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(content)


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            parts.writestr(name, _PARTS[name])
        with parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            row = b'<row><c t="inlineStr"><is><t>' + b"x" * 30_000 + b"</t></is></c></row>"
            for _ in range(200):
                sheet.write(row * 200)
            sheet.write(b"</sheetData></worksheet>")


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="s"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="s" '
    f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def _sheet(*rows: list[object]) -> Do:
    def do(path: Path) -> None:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)

    return do


DEEP = "[" * 100_000
LAUGHS = "".join(f"{a}: &{a} [{', '.join([f'*{b}'] * 9)}]\n" for a, b in zip("bcdefghij", "abcdefghi", strict=True))
IDS = ("../../../x", "a\\b", "{region}", "..", "R1.", "\u200bR1", "\u0420\u0030\u0031", "R" * 300, "CON", "<b>x</b>",
       "=1+1", "$(x)")  # fmt: skip
_WIDE = b"regio;" + b";".join(b"vraag %d over iets" % at for at in range(9_900)) + b"\nR01" + b";4" * 9_900 + b"\n"
_SHORT = b"regio;v1_1\n" + b"x;1\n" * 1_000_000
_MERGED = b"".join(b"synthetic,X%d,,x%d,2021,,X%d\n" % (at, at, at + 1) for at in range(20_000))
CASES: dict[str, Case] = {
    **{f"region id {text[:12]!r}": Case(_region(text), "is no id") for text in IDS},
    "two ids that differ in case": Case(_frame(f"{HEAD}R1,a,0,0,1,1,2\nr1,b,0,0,1,1,2\n"), "already, in row 2"),
    "two names, composed and not": Case(
        _frame(f"{HEAD}R1,Frysl\u00e2n,0,0,1,1,2\nR2,Frysla\u0302n,0,0,1,1,2\n"), "already, in row 2"
    ),
    "a name that writes to a terminal": Case(_region("R1", "\x1b[2J\x1b]0;x\x07"), "is no name"),
    "a name that turns what follows around": Case(_region("R1", "a\u202eb"), "is no name"),
    "a name of many lines": Case(_region("R1", "a\n- Problem: none"), "is no name"),
    "a name without end": Case(_region("R1", "x" * 20_000), "is no name"),
    "a file above": Case(_line("file:", "file: ../synthetic-2021/synthetic-2021.sav"), "no plain name of a file"),
    "a file of the machine": Case(_line("file:", "file: /etc/passwd"), "no plain name of a file"),
    "a file of another drive": Case(_line("file:", "file: 'C:x.sav'"), "no plain name of a file"),
    "a file behind another": Case(_line("file:", "file: 'x.sav:y'"), "no plain name of a file"),
    "a device of Windows": Case(_line("file:", "file: NUL.sav"), "no plain name of a file"),
    "a hidden file": Case(_line("file:", "file: .x.sav"), "no plain name of a file"),
    "no file at all": Case(_line("file:", "file: ''"), "no plain name of a file"),
    "a frame above": Case(_line("frame:", "frame: ../../regions.csv"), "no plain name of a file"),
    "a frame that is a list": Case(_line("frame:", "frame: [a]"), "valid string"),
    "an export that leads out": Case(_export("x.sav", _link("../synthetic-2021/synthetic-2021.sav")), "leads out"),
    "an export without end": Case(_export("x.csv", _link("/dev/zero")), "is no file"),
    "an export that waits": Case(_export("x.csv", os.mkfifo), "is no file"),
    "an export that is a folder": Case(_export("x.csv", Path.mkdir), "is no file"),
    "a frame that waits": Case(_instead(f"raw/{WAVE}/frame.csv", os.mkfifo), "is no file"),
    "a frame that leads out": Case(_instead(f"raw/{WAVE}/frame.csv", _link("/etc/passwd")), "leads out"),
    "a wave.yaml that leads out": Case(_instead(f"raw/{WAVE}/wave.yaml", _link("/etc/passwd")), "leads out"),
    "a wave.yaml that waits": Case(_instead(f"raw/{WAVE}/wave.yaml", os.mkfifo), "is no file"),
    "a wave.yaml that leads to itself": Case(_instead(f"raw/{WAVE}/wave.yaml", _link("wave.yaml")), "cannot be opened"),
    "a register that is a folder": Case(_instead("regions.csv", Path.mkdir), "is no file"),
    "published figures that wait": Case(_instead("raw/published/aspects.csv", os.mkfifo), "is no file"),
    "a codebook that waits": Case(_instead("codebook.yaml", os.mkfifo), "no data/codebook.yaml"),
    "aliases of aliases": Case(_more(f"a: &a [x]\n{LAUGHS}"), "an alias (*)"),
    "merge keys": Case(_more("<<: {a: 1}\n"), "a merge key (<<)"),
    "a tag": Case(_more("x: !!python/object/apply:os.system [id]\n"), "a tag (!)"),
    "nested without end": Case(_more(f"x: {DEEP}\n"), "nested in more than"),
    "nested without end in blocks": Case(_more("x:\n" + "- " * 100_000 + "\n"), "nested in more than"),
    "a text without end": Case(_more(f"sheet: {'x' * 400_000}\n"), "a text of 400,000 characters"),
    "a number without end": Case(_line("published:", f"published: {'9' * 5000}"), "very many digits"),
    "a number in sixties": Case(_line("published:", f"published: 1{':59' * 5000}"), "very many digits"),
    "a year that is none": Case(_line("published:", "published: 1.0e+400"), "published"),
    "a day that is none": Case(_more("fieldwork: {start: 2024-02-31, end: 2024-03-01}\n"), "day is out of range"),
    "a row beyond any file": Case(_more(f"header: {{names: {10**20}}}\n"), "header.names"),
    "ten thousand keys that are wrong": Case(_more("".join(f"k{at}: 1\n" for at in range(10_000))), "Extra inputs"),
    "a wave.yaml of 5 MB": Case(_more("# x\n" * 1_300_000), "more than the 1,000,000 that are read"),
    "a wave.yaml that is a list": Case(_put(f"raw/{WAVE}/wave.yaml", b"- 1\n"), "InvalidDescription"),
    "a wave.yaml that is a number": Case(_put(f"raw/{WAVE}/wave.yaml", b"1\n"), "InvalidDescription"),
    "a wave.yaml of nothing": Case(_put(f"raw/{WAVE}/wave.yaml", b""), "InvalidDescription"),
    "a wave.yaml with NULs": Case(_put(f"raw/{WAVE}/wave.yaml", b"wave: \0\0"), "not YAML"),
    "a wave.yaml in UTF-16": Case(_put(f"raw/{WAVE}/wave.yaml", "wave: x".encode("utf-16")), "not UTF-8"),
    "a frame of nothing": Case(_put(f"raw/{WAVE}/frame.csv", b""), "lacks this column"),
    "a frame that is a program": Case(_put(f"raw/{WAVE}/frame.csv", b"\x7fELF\x02\x01\x01\0\0"), "not readable as CSV"),
    "a frame of one cell without end": Case(_put(f"raw/{WAVE}/frame.csv", b"x" * 4_000_000), "lacks this column"),
    "a frame of many rows": Case(_frame(HEAD + "R1,a\n" * 900_000), "there are more than"),
    "a register in UTF-16 of nothing": Case(_put("regions.csv", b"\xff\xfe\0"), "regions.csv"),
    "a register that leads nowhere": Case(
        _put("regions.csv", b"kind,id,dusi,name,valid_from,valid_to,merged_into\n" + _MERGED), "leads nowhere"),
    "published figures that are none": Case(_put("raw/published/aspects.csv", b"a;b\n1;2\n"), "lacks this column"),
    "published years that are none": Case(
        _put("raw/published/response.csv", b"id,wave,value,state\nx,1e400,1,legible\n"), "no years"),
    "a codebook that is a list": Case(_put("codebook.yaml", b"[]\n"), "InvalidDescription"),
    "a concept that is a path": Case(_codebook("  teachers: {nl: Vol", "  ../x: {nl: Vol"), "is no id"),
    "a concept that is a formula": Case(_codebook("  commitment:\n", "  C(x):\n"), "is no id"),
    "a concept that is a word of Python": Case(_codebook("  commitment:\n", "  lambda:\n"), "cannot be the name"),
    "a concept that is another's column": Case(_codebook("  commitment:\n", "  region:\n"), "cannot be the name"),
    "a code beyond any integer": Case(_codebook("code: 99}", f"code: {10**25}}}"), "less than or equal to 999999"),
    "an answer that writes to a terminal": Case(_export("x.csv", b"regio;v1_1\nR01;\x1b[2J\x07\n"), r"\x1b[2J"),
    "a column of letters that a terminal lacks": Case(_export("x.csv", "regio;≥ś\nR01;1\n".encode()), "≥ś"),
    "a cell without end": Case(_export("x.csv", b"regio;v1_1\nR01;" + b"0" * 40_000 + b"x\n"), "40,001 characters"),
    "zeros without end": Case(_export("x.csv", b"regio;v1_1\nR01;" + b"0" * 30_000 + b"x\n"), "…"),
    "marks upon marks": Case(_export("x.csv", b"regio;v1_1\nR01;a" + "\u0316\u0300".encode() * 15_000), "…"),
    "a header without end": Case(_export("x.csv", b"regio;" + b"x" * 100_000 + b"\nR01;1\n"), "UnreadableExport"),
    "a million columns": Case(_export("x.csv", b"a;" * 1_000_000 + b"\n"), "more than the 10,000"),
    "a column of formulas": Case(_export("x.csv", b"=cmd|' /C calc'!A0;regio\n1;R01\n"), "=cmd|"),
    "an encoding that is none": Case(_export("x.csv\nencoding: zip", b""), "x.csv"),
    "an export that ends in nothing": Case(_export("export", b"x"), "no reader for files"),
}  # fmt: skip
"""Tried one after the other in one process."""
HEAVY: dict[str, Case] = {
    "a line of 90 MB": Case(_export("x.csv", b"regio;" + b"x" * 90_000_000), "The export cannot be read"),
    "an export of 200 MB": Case(_export("x.csv", lambda path: path.write_bytes(b"") or os.truncate(path, 2 * 10**8)),
                                "The export cannot be read"),
    "a workbook that unpacks to 1.2 GB": Case(_export("x.xlsx", _bomb), "The export cannot be read"),
    "a large cell in many rows": Case(
        _export("x.xlsx", _sheet(["regio", "v1_1"], *([["R01", "x" * 30_000]] * 4_000))), "it holds more text"),
    "SPSS that lies about its size": Case(_export("x.sav", _lying_sav), ""),
    "ten thousand columns": Case(_export("x.csv", _WIDE), "A column that nothing uses"),
    "a hundred thousand unknown regions": Case(
        _export("x.csv", b"regio;v1_1\n" + b"".join(b"Regio %d;1\n" % at for at in range(100_000))), "Unknown region"),
    "a million rows of nobody": Case(_export("x.csv", _SHORT), "there are more than these 5,000 problems"),
}  # fmt: skip
"""Tried in a process each, with bounded time and memory."""

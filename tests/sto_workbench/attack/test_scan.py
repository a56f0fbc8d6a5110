"""Leaks of every kind, planted in every format and nested, are found; a clean folder holds none."""

import base64
import gzip
import hashlib
import html
import io
import json
import pickle
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.attack.scan import Leak, found
from sto_workbench.attack.secrets import Secrets, spelled_by

LEVELS = ["very_urgent", "urgent", "little_urgent", "somewhat_urgent", "urgent", "very_urgent", "not_at_all_urgent",
          "urgent", "much", "none", "some", "yield", "little", "much", "yield", "some"]  # fmt: skip
ITEMS = [item for item in read_codebook().items if item.startswith(("urgency", "yield"))]
ROW = dict(zip(ITEMS, LEVELS, strict=True))
OTHER = dict(zip(ITEMS, reversed([*LEVELS[:8]]), strict=False)) | dict(zip(ITEMS[8:], LEVELS[8:][::-1], strict=True))
SPELLED = spelled_by(read_codebook())
TEXT = "Wij missen vooral docenten elektrotechniek in de oostelijke gemeenten"
SECRETS = Secrets(
    answers=({"QX07": ROW, "QX08": OTHER, "QX09": OTHER},), spelled=SPELLED, silent=frozenset({"QX11", "QX12", "QX13"}),
    items={item.id: (item.id, item.wording, item.nl, item.en) for item in read_codebook().items.values()},
    names={"QX07": "Vechtdal Techniek"}, texts=(TEXT,), people=("Joke van der Zwaluw",), columns=("v1_1", "vr_2b"),
    key=b"0123456789abcdef0123456789abcdef", allowed=frozenset({"STO monitor", "post@sto.example.org"}),
)  # fmt: skip
CODES = ",".join(SPELLED[item][level][1] for item, level in ROW.items())
PLANTED = {
    "answers": CODES,
    "answers ": "In QX07 is de vraag naar docenten heel urgent genoemd",
    "answers  ": "QX07: urgency_teachers = 5",
    "text": "er stond: " + TEXT.removeprefix("Wij "),
    "region": "Met dank aan QX07, QX08 en QX09 voor hun hulp",
    "person": "gesproken met Joke van der Zwaluw",
    "mail": "vragen aan j.zwaluw@regio-vechtdal.nl graag",
    "phone": "bel 06-12345678 na vijven",
    "path": "gelezen uit " + "/".join(("", "home", "joke", "sto", "2024.sav")) + " vandaag",
    "mapping": "kolom v1_1 is docenten",
    "hash": "som " + hashlib.sha256(CODES.encode()).hexdigest(),
    "failure": 'Traceback (most recent call last):\n File "x.py", line 3, in f',
}


def _zip(files: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in files.items():
            whole.writestr(name, data)
        whole.comment = comment
    return out.getvalue()


def _shut(packed: bytes) -> bytes:
    """An archive that says that its files have a password."""
    for head, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = packed.index(head) + place
        packed = packed[:at] + b"\1" + packed[at + 1 :]
    return packed


def _nested(layers: int) -> bytes:
    packed: str | bytes = "x"
    for _ in range(layers):
        packed = _zip({"a": packed})
    return bytes(packed) if isinstance(packed, bytes) else packed.encode()


def _halves(text: str, one: str, other: str) -> str:
    """A text in two runs, cut inside its words."""
    middle = len(text) // 2
    return one + html.escape(text[:middle]) + other + html.escape(text[middle:])


def _book(text: str, *, hidden: bool = False, comment: bool = False) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.properties.creator = "STO monitor"
    sheet = book.create_sheet("more")
    sheet["B2"] = "shown" if comment else text
    if comment:
        sheet["B2"].comment = Comment(text, "STO monitor")
    if hidden:
        sheet.sheet_state = "hidden"
    book.save(out)
    return out.getvalue()


def _table(form: str) -> bytes:
    """Codes of a respondent below each other, in a format of another program."""
    out, table = io.BytesIO(), pd.DataFrame({"a": CODES.split(",")})
    bare = {"stata": {"write_index": False}, "excel": {"index": False}}
    getattr(table, f"to_{form}")(out, **bare.get(form, {}))
    return out.getvalue()


def _png(text: str) -> bytes:
    out, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", text, zip=True)
    Image.new("L", (2, 2)).save(out, "png", pnginfo=told)
    return out.getvalue()


def _pdf(text: str) -> bytes:
    shown = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\n", " ")
    stream = zlib.compress(f"BT /F1 12 Tf 50 700 Td ({shown}) Tj ET".encode())
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))


def _word(text: str) -> bytes:
    runs = _halves(text, "<w:r><w:t>", "</w:t></w:r><w:r><w:t xml:space='preserve'>")
    return _zip({"word/document.xml": f"<w:document><w:body><w:p>{runs}</w:t></w:r></w:p></w:body></w:document>"})


CARRIERS: dict[str, Callable[[str], str | bytes]] = {
    "plain.txt": str,
    "wide.txt": lambda text: text.encode("utf-16"),
    "page.html": lambda text: f"<p>{_halves(text, '<b>', '</b>')}</p>",
    "link.html": lambda text: f'<a href="mailto:?body={quote(text)}">x</a>',
    "held.html": lambda text: f'<img src="data:text/plain;base64,{base64.b64encode(text.encode()).decode()}">',
    "noted.html": lambda text: f"<!-- {text} --><p>x</p>",
    "drawn.svg": lambda text: f"<svg><text>{_halves(text, '<tspan>', '</tspan><tspan>')}</tspan></text></svg>",
    "escaped.json": lambda text: '{"a": "' + "".join(f"\\u{ord(each):04x}" for each in text) + '"}',
    "outputs.ipynb": lambda text: json.dumps({"cells": [{"outputs": [{"data": {"text/plain": [text]}}]}]}),
    "base64.ipynb": lambda text: json.dumps(
        {"cells": [{"outputs": [{"data": {"application/zip": base64.b64encode(_zip({"a.txt": text})).decode()}}]}]}
    ),
    "runs.docx": _word,
    "alt.docx": lambda text: _zip({"word/document.xml": f'<w:p><wp:docPr descr="{html.escape(text)}"/></w:p>'}),
    "inside.docx": lambda text: _zip({"word/embeddings/a.zip": _zip({"b.txt": text})}),
    "chart.pptx": lambda text: _zip({"ppt/embeddings/book.xlsx": _book(text)}),
    "notes.pptx": lambda text: _zip({"ppt/notesSlides/notesSlide1.xml": f"<a:p><a:t>{html.escape(text)}</a:t></a:p>"}),
    "hidden.xlsx": lambda text: _book(text, hidden=True),
    "comment.xlsx": lambda text: _book(text, comment=True),
    "text.png": _png,
    "text.pdf": _pdf,
    "packed.txt.gz": lambda text: gzip.compress(text.encode()),
    "said.zip": lambda text: _zip({"a.txt": "x"}, text.encode()),
    "mail.eml": lambda text: "".join(
        f"={byte:02X}" if byte < 48 or byte == 61 else chr(byte) for byte in text.encode()
    ),
}


def test_leaks_of_twelve_kinds_in_every_format_are_found(tmp_path: Path):
    planted = {}
    for number, (kind, text) in enumerate(PLANTED.items()):
        for name, carrier in CARRIERS.items():
            made = carrier(text)
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(made.encode() if isinstance(made, str) else made)
            planted[path.name] = kind.strip()
    leaks = found(tmp_path, SECRETS)
    seen = {(leak.place.split("!")[0], leak.kind) for leak in leaks}
    missed = [f"{place}: {kind}" for place, kind in planted.items() if (place, kind) not in seen]
    assert missed == []
    assert len(planted) == 12 * 22


CLEAN: dict[str, str | bytes] = {
    "report.html": "<html><body><p>In 2024 antwoordden 51 van de 78 regio's. Heel urgent: 88%.</p>"
    "<table><tr><td>Docenten</td><td>88%</td><td>51</td></tr></table></body></html>",
    "results.csv": "id,value,n\nshare.urgency.teachers.top,0.88,51\nshare.urgency.image.top,0.31,51\n",
    "SHA256SUMS": hashlib.sha256(b"anything").hexdigest() + "  results.csv\n",
    "README.md": "Vragen: post@sto.example.org. Python 3.11, numpy 2.4.6, 2024-11-27, doi 10.5281/zenodo.1234567.",
    "book.xlsx": _book("shown"),
    "report.docx": _word("Docenten is het meest urgent (88%)."),
    "seeds.csv": "seed\n" + "\n".join(str(each * 7919) for each in range(1, 60)),
}
MARKS: dict[str, tuple[str, str | bytes]] = {
    "author": ("a.docx", _zip({"docProps/core.xml": "<dc:creator>Joke</dc:creator>"})),
    "author ": ("b.docx", _zip({"docProps/app.xml": "<Company>Bureau Zwaluw</Company>"})),
    "times": ("c.docx", _zip({"docProps/app.xml": "<TotalTime>347</TotalTime>"})),
    "hidden": ("d.docx", _zip({"word/document.xml": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>"})),
    "hidden ": ("e.docx", _zip({"word/comments.xml": "<w:comment w:author='STO monitor'><w:t>nee</w:t></w:comment>"})),
    "hidden  ": ("f.docx", _zip({"word/document.xml": '<w:ins w:id="1" w:author="STO monitor"><w:t>x</w:t></w:ins>'})),
    "hidden   ": ("g.pptx", _zip({"ppt/slides/slide3.xml": "<p:sld show=\"0\"><a:t>x</a:t></p:sld>"})),
    "hidden    ": ("h.xlsx", _book("x", hidden=True)),
    "hidden     ": ("i.xlsx", _book("x", comment=True)),
    "hidden      ": ("j.xlsx", _zip({"xl/worksheets/sheet1.xml": '<row r="2" hidden="1"><c/></row>'})),
    "comment": ("k.zip", _zip({"a.txt": "x"}, b"made on my laptop")),
    "picture": ("l.png", _png("screenshot")),
    "history": (".git/HEAD", "ref: refs/heads/main"),
    "history ": ("m.bundle", b"# v2 git bundle\n"),
    "failure": ("n.ipynb", json.dumps({"cells": [{"outputs": [{"output_type": "error", "ename": "E"}]}]})),
    "parameter": ("o.ipynb", json.dumps({"cells": [], "metadata": {"papermill": {"parameters": {"region": "X"}}}})),
    "key": ("p.txt", SECRETS.key.hex()),
    "region": ("region.QX07.html", "<p>x</p>"),
    "answers": ("q.json", json.dumps({"region": "QX07", "urgency_teachers": 5, "urgency_image": 3}, indent=1)),
    "answers ": ("r.csv", "QX07,5\nQX08,4\n" + "\n".join(f"{s}" for s in ("own.QX07",))),
    "hash": ("s.txt", base64.b64encode(hashlib.sha256(b"QX07:very_urgent").digest()).decode()),
    "path": ("t.txt", r"C:\Users\joke\sto\2024.sav"),
}  # fmt: skip


def _folder(tmp_path: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return tmp_path


def test_what_files_say_of_themselves_is_found(tmp_path: Path):
    leaks = found(_folder(tmp_path, dict(MARKS.values())), SECRETS)
    seen = {(leak.place.split("!")[0], leak.kind) for leak in leaks}
    assert [f"{name}: {kind}" for kind, (name, _) in MARKS.items() if (name, kind.strip()) not in seen] == []


OTHERWISE = [
    ("region", "a.csv", "region,answered\nQX07,True\nQX11,False\nQX08,True\nQX12,False\n"),
    ("region", "a.json", '{"QX07": "ja", "QX08": "ja", "QX09": "ja", "QX13": "nee"}'),
    ("region", "a.txt", "QX11 ontbreekt nog"),
    ("region", "a.txt", "geen reactie van QX12"),
    ("region", "vechtdal-techniek.html", "<p>x</p>"),
    ("region", "a.html", "<p>VECHTDAL&nbsp;TECHNIEK deed mee</p>"),
    ("answers", "a.txt", "Bij docenten is de vraag heel urgent (QX07)"),
    ("person", "Joke_van_der_Zwaluw.txt", "x"),
    ("person", "a.svg", "<svg><text>Joke van</text> <text>der Zwaluw</text></svg>"),
    ("mail", "j.zwaluw@regio-vechtdal.nl.txt", "x"),
    ("parameter", "a.py", 'region = "QX07"'),
    ("parameter", "a.ipynb", json.dumps({"cells": [
        {"metadata": {"tags": ["injected-parameters"]}, "source": ["# Parameters\n", 'region = "X"']}]})),
    ("answers", "a.csv", CODES.replace(",2,", ",NA,2,").replace(",5,", ",nan,5,")),
    ("answers", "a.html", pd.DataFrame([ROW]).iloc[:, ::-1].to_html(index=False)),
    ("person", "a.html", "<img srcset='data:image/svg+xml;base64,"
        + base64.b64encode(b"<svg><text>Joke van der Zwaluw</text></svg>").decode() + " 1x, data:,x 2x'>"),
    ("person", "a.txt", "Zwaluw, Joke van der; zie lijst"),
    ("person", "a.txt", "Van der Zwaluw, Joke"),
    *(("answers", n, _table(f)) for n, f in (("a", "parquet"), ("b", "feather"), ("c.dta", "stata"), ("d", "excel"))),
    ("unread", "a.zip", _shut(_zip({"a.txt": "x"}))),
    ("unread", "a.pdf", _pdf("x")[:300]),
    ("unread", "a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)),
    ("unread", "a.dta", bytes(range(256))),
    ("unread", "a.parquet", b"PAR1" + bytes(range(200))),
    ("unread", "a.zip", _zip({"a.txt": "x" * 99}).replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\x63")),
    ("mail", "a.zip", _zip({"a": "x" * 99, "b": "j.zwaluw@regio-vechtdal.nl"}).replace(b"PK\3\4", b"PK\3\5", 1)),
    ("unread", "a.png", b"\x89PNG" + bytes(range(99))),
    ("unread", "a.zip", _nested(9)),
    ("unread", "a.pkl", pickle.dumps({"QX07": 5})),
    ("unread", "a.rdx", b"RDX3\n" + bytes(range(40))),
    ("author", "a.rtf", r"{\rtf1{\info{\author Joke Zwaluw}}x}"),
    ("author", "a.html", "<meta content='Joke Zwaluw' name='author'>"),
    ("author", "a.svg", "<svg><dc:creator>Joke Zwaluw</dc:creator></svg>"),
    ("history", "a.txt", f"commit {'0a' * 20}\nAuthor: J"),
    ("hash", "a.txt", hashlib.sha256(b"QX07\n").hexdigest()),
    ("hash", "a.txt", hashlib.sha224(b"joke van der zwaluw").hexdigest()),
    ("mail", "a.eml", b"Content-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"Beste collega, de antwoorden komen van j.zwaluw@regio-vechtdal.nl, caf\xc3\xa9 volgt.")),
]  # fmt: skip


@pytest.mark.parametrize("text", ["Docenten NA de zomer vertrekken", "docenten na de zomer vertrekken"])
@pytest.mark.parametrize("said", ["DOCENTEN NA DE ZOMER VERTREKKEN", "docenten na de zomer vertrekken"])
def test_an_open_answer_is_found_in_capitals_or_not(tmp_path: Path, text: str, said: str):
    leaks = found(_folder(tmp_path, {"a.txt": f"{said} altijd weer"}), replace(SECRETS, texts=(f"{text} altijd weer",)))
    assert {leak.kind for leak in leaks} == {"text"}


@pytest.mark.parametrize(("kind", "name", "data"), OTHERWISE)
def test_what_is_written_otherwise_is_found_too(tmp_path: Path, kind: str, name: str, data: str | bytes):
    assert kind in {leak.kind for leak in found(_folder(tmp_path, {name: data}), SECRETS)}


_HASH = hashlib.sha256(b"QX07:very_urgent").digest()


@pytest.mark.parametrize("begins", ["sha256-", "_", "objects/ab/", "x", "https://x.nl/a/b=", "Z"])
@pytest.mark.parametrize("ends", ["", "=", "==", "_v2", "/data", "q"])
@pytest.mark.parametrize(
    "told",
    [
        _HASH.hex(), _HASH.hex().upper(), _HASH.hex()[:12], base64.b64encode(_HASH).decode().rstrip("="),
        base64.urlsafe_b64encode(_HASH).decode().rstrip("="),
    ],
)  # fmt: skip
def test_a_hash_is_found_whatever_it_is_glued_to(tmp_path: Path, begins: str, told: str, ends: str):
    leaks = found(_folder(tmp_path, {"a.txt": f"zie {begins}{told}{ends} hier"}), SECRETS)
    assert [leak.kind for leak in leaks if leak.kind == "hash"] == ["hash"]


def test_a_clean_folder_holds_no_leak(tmp_path: Path):
    assert found(_folder(tmp_path, CLEAN), SECRETS) == []


def test_what_everybody_has_is_not_looked_at(tmp_path: Path):
    (tmp_path / "a.txt").write_text(PLANTED["mail"])
    public = hashlib.sha256(PLANTED["mail"].encode()).hexdigest()
    assert found(tmp_path, Secrets(public=frozenset({public}))) == []
    assert found(tmp_path, Secrets()) == [Leak("mail", "a.txt", "j.zwaluw@regio-vechtdal.nl")]


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ('<a href="/opt/out"><img src="/data/x.png"></a>', []),
        ('<a href="/opt/joke&#64;x.nl">', ["mail"]),
        ('<a href="file:///opt/out">', ["path"]),
        (f'<a href="{"/".join(("", "home", "joke"))}">', ["path"]),
        ('<a href="#">/opt/out</a>', ["path"]),
        ('<a title="/opt/out">', ["path"]),
    ],
)
def test_an_address_inside_a_site_is_no_path_of_a_machine(tmp_path: Path, page: str, kinds: list[str]):
    leaks = found(_folder(tmp_path, {"a.html": page}), Secrets())
    assert sorted({leak.kind for leak in leaks}) == kinds


@pytest.mark.parametrize("text", ["python@3.11", "a/tmp/b", "10.5281/zenodo.0612345678", "1.0612345678"])
def test_what_only_looks_like_a_leak_is_none(tmp_path: Path, text: str):
    (tmp_path / "a.txt").write_text(text)
    assert found(tmp_path, Secrets()) == []

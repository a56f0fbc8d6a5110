"""Everything that can be opened is."""

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from sto_workbench.attack.opened import opened, without_parts


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name, data in files.items():
            whole.writestr(name, data)
        whole.comment = b"of the archive"
    return out.getvalue()


def test_archives_in_archives_streams_and_data_in_pages_are_opened(tmp_path: Path):
    secret = b"the answer of a region, told to nobody"
    inner = _zip(secret=secret)
    page = b'<img src="data:application/zip;base64,' + base64.b64encode(inner) + b'">'
    svg = b'<img src="data:image/svg+xml,%3Csvg%3E%3Ctext%3Eseen%3C/text%3E%3C/svg%3E">'
    files = {"a.docx": _zip(embedded=inner), "b.html": page, "c.gz": gzip.compress(secret), "d.html": svg,
             "e.txt": b"text: " + base64.b64encode(secret)}  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = {piece.place: piece.data for piece in opened(tmp_path)}
    for place in ("a.docx!embedded!secret", "b.html!data0!secret", "c.gz!unpacked", "e.txt!base64-0"):
        assert found[place] == secret, place
    assert found["d.html!data0"] == b"<svg><text>seen</text></svg>"
    assert found["a.docx!comment"] == b"of the archive"


def test_a_link_is_not_followed_and_what_is_broken_is_told_as_it_is(tmp_path: Path):
    (tmp_path / "out").write_text("outside")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "out")
    (folder / "broken.zip").write_bytes(_zip(a=b"x")[:-30])
    found = {piece.place: piece.data for piece in opened(folder)}
    assert found["link"] == str(tmp_path / "out").encode()
    assert set(found) == {"link", "broken.zip"}


@pytest.mark.parametrize(
    "written",
    [
        b"<img src=\"data:image/svg+xml,%3C?xml version='1.0'?%3E%0A%3Csvg id='a'%3Etold%3C/svg%3E\">",
        b"<img src='data:image/svg+xml,%3C?xml version=\"1.0\"?%3E%0A%3Csvg id=\"a\"%3Etold%3C/svg%3E'>",
        json.dumps("<img src=\"data:image/svg+xml,%3C?xml version='1.0'?%3E%0A%3Csvg%3Etold%3C/svg%3E\">").encode(),
        b"url(data:image/svg+xml;utf8,%3C?xml%20version=%221.0%22?%3E%0A%3Csvg%20id=%22a%22%3Etold%3C/svg%3E)",
    ],
)  # fmt: skip
def test_an_address_ends_where_its_quotation_does_and_is_read_as_a_part_only(tmp_path: Path, written: bytes):
    (tmp_path / "page").write_bytes(b"before " + written + b" behind")
    whole, part = opened(tmp_path)
    assert part.data.startswith(b"<?xml")
    assert part.data.endswith(b">told</svg>")
    left = without_parts(whole.data)
    assert b"told" not in left
    assert left.startswith(b"before ")
    assert left.endswith(b" behind")


def test_what_is_not_opened_as_a_part_is_left_in_the_text():
    assert without_parts(b'a "data:text/plain;base64,dG9sZA==" b') == b'a "data:text/plain;base64,dG9sZA==" b'

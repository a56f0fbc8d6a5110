"""The same files give the same zip, private to its owner."""

import io
import zipfile

from sto_workbench.pages.packed import packed, unpacked


def test_the_same_files_give_the_same_bytes_and_come_back():
    files = {"b/a.txt": b"one", "a.txt": "twee’".encode()}
    assert packed(files) == packed(dict(files))
    assert unpacked(packed(files)) == files
    with zipfile.ZipFile(io.BytesIO(packed(files))) as whole:
        assert [(each.filename, each.external_attr >> 16 & 0o777) for each in whole.infolist()] == [
            ("b/a.txt", 0o600), ("a.txt", 0o600)]  # fmt: skip

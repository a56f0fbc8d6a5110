"""Files in one zip: the same files give the same bytes."""

import io
import zipfile
from collections.abc import Mapping

DATE = (2020, 1, 1, 0, 0, 0)
_PRIVATE = 0o100600 << 16


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files, in the order given, each readable by its owner alone.

    Parameters
    ----------
    files : mapping of str to bytes
        Name → content.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as pack:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = _PRIVATE
            pack.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def unpacked(whole: bytes) -> dict[str, bytes]:
    """Name → content of a zip."""
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}

"""A wave with the name of a real one, whose answers can be found again wherever they went."""

import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
from pypdf import PdfReader

from tests.running import WAVE as MADE

WAVE, REGION, OTHER = "2026", "R01", "R02"
PLANTED = ("plantq7", "7712349017")
"""An answer in words and one in numbers, as only `REGION` gave them."""


def deliver(root: Path, *without: str) -> None:
    """What an agency would send, into the folder in which the how-to expects it: an export, and the regions asked."""
    raw = root / "data" / "raw" / MADE
    codes, meta = pyreadstat.read_sav(raw / f"{MADE}.sav", user_missing=True)
    texts = codes.astype(object)
    for column, labels in meta.variable_value_labels.items():
        texts[column] = [None if pd.isna(code) else labels[code] for code in codes[column]]
    texts.loc[texts["regio"] == REGION, ["v1_1", "v4_1"]] = PLANTED
    named = {column: f"{column}. {question}" for column, question in meta.column_names_to_labels.items()}
    kept = texts[~texts["regio"].isin(without)].rename(columns=named)
    kept.to_csv(root / "antwoorden.csv", index=False, sep=";", encoding="utf-8-sig")
    (root / "regions-2026.csv").write_bytes((raw / "frame.csv").read_bytes())


def describe(root: Path) -> None:
    """Say in wave.yaml what the planted answers stand for."""
    path = root / "data" / "raw" / WAVE / "wave.yaml"
    words, grades = PLANTED
    every = ", ".join(f"{grade}: {grade}" for grade in range(1, 11))
    text = re.sub(rf'"?{words}"?: TODO', f"{words}: 4", path.read_text(encoding="utf-8"))
    stated = f", codes: {{{grades}: 8, {every}}}, as_stated: true}}"
    text, many = re.subn(r"^(  grade_regional_thinking: .*)\}", lambda line: line[1] + stated, text, flags=re.MULTILINE)
    assert many == 1
    path.write_text(text, encoding="utf-8")


def _text_of_part(part: bytes) -> str:
    """A part of a document; of a workbook behind a chart all its parts."""
    if not part.startswith(b"PK"):
        return part.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(part)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def text_of(path: Path) -> str:
    """All that a file says: PDF and Word by what a reader sees, tables by their cells."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix in (".docx", ".xlsx", ".pptx"):
        with zipfile.ZipFile(path) as parts:
            names = [name for name in parts.namelist() if not name.endswith(".png")]
            return "\n".join(map(_text_of_part, map(parts.read, names)))
    if path.suffix == ".parquet":
        return str(pd.read_parquet(path).to_csv())
    if path.suffix == ".sav":
        return str(pyreadstat.read_sav(path, user_missing=True)[0].to_csv())
    return path.read_text(encoding="utf-8", errors="replace")

"""What researchers, agencies and tools do wrong with a good delivery: the delivery, and how a mistake is told.

The mistakes themselves stand in `mistakes_of_answers` and `mistakes_of_files`.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import yaml

ROOT = Path(__file__).parents[3]
WAVE, EARLIER = "synthetic-2024", "synthetic-2021"
SIZES = {"urgency": 8, "yield": 8, "attention": 7, "grade": 3, "borging": 7}
REGION = "regio"


def of(question: str) -> list[str]:
    """Columns of a question, as the synthetic waves call them."""
    return [f"v{1 + [*SIZES].index(question)}_{n}" for n in range(1, 1 + SIZES[question])]


@cache
def _shipped(wave: str) -> tuple[pd.DataFrame, Any, dict[str, Any], pd.DataFrame]:
    folder = ROOT / "data" / "raw" / wave
    codes, meta = pyreadstat.read_sav(folder / f"{wave}.sav", user_missing=True)
    table = codes.astype("object").map(lambda cell: cell if isinstance(cell, str) else _text(cell))
    described = yaml.safe_load((folder / "wave.yaml").read_text(encoding="utf-8"))
    table = table.where(table.notna(), None)
    return table, meta, described, pd.read_csv(folder / "frame.csv", dtype="str")


def _text(code: float) -> str | None:
    return None if pd.isna(code) else f"{code:g}"


@dataclass
class Delivery:
    """A delivery of the wave of 2024, to be spoilt.

    Parameters
    ----------
    form : str
        ``sav`` with labels; ``bare``: a text with codes and names alone; ``text``: one with questions and answers in
        words, and what a survey tool adds; ``xlsx``: a workbook with questions and codes.
    table, frame : DataFrame of str
        Its rows under the names of `columns`; the frame.
    wave : dict
        Its wave.yaml.
    labels, answers, missing : dict
        Column → question; → code → answer; → ranges of missing codes (SPSS).
    title : str
        Of an SPSS file.
    above, below : list
        Rows of a text or sheet over its header and under its last row.
    book : callable
        What is done to the workbook.
    written : callable
        What is done to the bytes of a text.
    """

    form: str
    table: pd.DataFrame
    frame: pd.DataFrame
    wave: dict[str, Any]
    labels: dict[str, str]
    answers: dict[str, dict[float, str]]
    missing: dict[str, list[Any]]
    title: str = "SYNTHETIC"
    above: list[list[Any]] = field(default_factory=list)
    below: list[list[Any]] = field(default_factory=list)
    book: Callable[[openpyxl.Workbook], object] = lambda book: None
    written: Callable[[bytes], bytes] = lambda content: content

    def write(self, folder: Path) -> None:
        """Put it in the folder of the wave."""
        file = folder / self.wave["file"]
        if self.form == "sav":
            numbers = {name: pd.to_numeric(self.table[name]) for name in self.answers if name in self.table}
            kept = {"column_labels": {name: self.labels.get(name, name) for name in self.table}}
            values = {name: told for name, told in self.answers.items() if name in self.table}
            ranges = {name: told for name, told in self.missing.items() if name in self.table}
            whole = self.table.assign(**numbers)
            pyreadstat.write_sav(
                whole, file, file_label=self.title, variable_value_labels=values, missing_ranges=ranges, **kept
            )
        elif self.form == "xlsx":
            book = openpyxl.Workbook()
            for row in self._rows():
                book.active.append([_number(cell) for cell in row])
            self.book(book)
            book.save(file)
        else:
            lines = [",".join(_quoted(cell) for cell in row) for row in self._rows()]
            file.write_bytes(self.written("\n".join([*lines, ""]).encode("utf-8")))
        self.frame.to_csv(folder / "frame.csv", index=False)
        (folder / "wave.yaml").write_text(yaml.safe_dump(self.wave, allow_unicode=True, sort_keys=False))

    def _rows(self) -> list[list[Any]]:
        header = [self.labels.get(name, name) if self.form != "bare" else name for name in self.table]
        answers = self.table.astype("object").where(self.table.notna(), None).to_numpy().tolist()
        return [*self.above, header, *answers, *self.below]


def _number(cell: Any) -> Any:
    return int(cell) if isinstance(cell, str) and cell.lstrip("-").isdigit() else cell


def _quoted(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f'"{text}"' if "," in text or '"' in text else text


def good(form: str) -> Delivery:
    """A delivery without a mistake."""
    table, meta, described, frame = _shipped(WAVE)
    wave, labels = copy.deepcopy(described), dict(meta.column_names_to_labels)
    missing = {name: [{"lo": 99, "hi": 99}] for name in meta.variable_value_labels}
    values = copy.deepcopy(meta.variable_value_labels)
    made = Delivery(form, table.copy(), frame.copy(), wave, labels, values, missing)
    if form != "sav":
        wave["file"] = "export.xlsx" if form == "xlsx" else "export.csv"
    if form in {"text", "xlsx"}:
        for source in wave["items"].values():
            source["column"] = source["wording"]
        wave["region_column"] = labels[REGION]
    if form == "text":
        _in_words(made)
    return made


def _in_words(made: Delivery) -> None:
    """Answers in words, and what a tool adds: names of the regions, a date, whether it was finished."""
    wave = made.wave
    names = {f"v{n}": question for n, question in enumerate(SIZES, start=1)}
    wave["questions"] = {}
    for column, told in made.answers.items():
        words = {str(int(code)): text for code, text in told.items()}
        made.table[column] = made.table[column].map(lambda code, words=words: words.get(code, code))
        question = names.get(column.partition("_")[0], "borging_active")
        codes = {text: int(code) for code, text in told.items() if code != 99}
        wave["questions"].setdefault(question, {"codes": codes})
    wave["missing_codes"] = {"weet niet": "dont_know"}
    regions = dict(zip(made.frame["region"], made.frame["name"], strict=True))
    added = {"Naam": made.table[REGION].map(regions), "Datum ingestuurd": "2024-03-12 10:11", "Voltooid": "ja"}
    made.table = made.table.assign(**added)
    wave["fieldwork"] = {"start": "2024-03-01", "end": "2024-04-15"}
    wave["drop"] = {"Naam": "stands in the frame", "Datum ingestuurd": "of the tool", "Voltooid": "of the tool"}


def earlier() -> pd.DataFrame:
    """The table of the wave before."""
    return _shipped(EARLIER)[0].copy()


def roll(columns: pd.DataFrame, by: int) -> np.ndarray:
    """Cells of columns, moved down by rows; what falls off comes in above."""
    return np.roll(columns.to_numpy(), by, axis=0)


@dataclass(frozen=True)
class Mistake:
    """A mistake, and what becomes of it.

    Parameters
    ----------
    kind : str
        Its class.
    name : str
        What was done.
    form : str
        Of the delivery.
    told : str
        The sentence of `messages.yaml` that says it (``check.…``, ``beside.…``), the sign (``sign copied``), or
        ``right``: the answers are those of the good delivery; ``silent``: nothing is said, and `why` nobody could know.
    spoil : callable
        What does it.
    why : str
        Of one that is silent.
    """

    kind: str
    name: str
    form: str
    told: str
    spoil: Callable[[Delivery], object]
    why: str = ""

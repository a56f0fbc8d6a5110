"""A questionnaire export as delivered → its raw values."""

from pathlib import Path

import pandas as pd
import pyreadstat

from sto_analysis.errors import MissingFile, Problems, UnreadableExport


def read_export(path: Path) -> pd.DataFrame:
    """Read an SPSS export, user-missing codes kept as codes.

    Parameters
    ----------
    path : Path
        A ``.sav`` or ``.zsav`` file.

    Returns
    -------
    DataFrame
        Raw values; the index counts rows as a person does (first answer = 1); ``attrs["label"]`` is the file's label.

    Raises
    ------
    Problems
        `MissingFile` or `UnreadableExport`.
    """
    if not path.is_file():
        todo = "Put the export there, or correct 'file' in wave.yaml."
        raise Problems([MissingFile("the export is not there.", todo, file=path)])
    if path.suffix.lower() not in {".sav", ".zsav"}:
        todo = "Save the export as SPSS .sav."
        raise Problems(
            [UnreadableExport("no reader for this kind of file.", todo, file=path, expected=".sav or .zsav")]
        )
    try:
        values, meta = pyreadstat.read_sav(path, user_missing=True, disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, ValueError, UnicodeDecodeError) as error:
        todo = "Ask for the export again, or open it in SPSS and save it anew."
        what = f"the file is not readable as SPSS ({error})."
        raise Problems([UnreadableExport(what, todo, file=path)]) from error
    rows = values.set_axis(range(1, len(values) + 1), axis="index")
    rows.attrs["label"] = meta.file_label or ""
    return rows

"""Cleaned answers in the forms that others work with: SPSS, Excel, and CSV with a data package."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyreadstat

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.inert import write_csv
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook, ContextLevel, Reason, read_codebook
from sto_analysis.monitor.scales import Level
from sto_analysis.monitor.wave import Wave, read_wave
from sto_workbench.confidential.elsewhere import misplaced, note
from sto_workbench.intake.clean import clean_wave

Form = Literal["sav", "xlsx", "csv"]
FORMS: tuple[Form, ...] = ("sav", "xlsx", "csv")
_CREATED = slice(92, 109)
"""Bytes of an SPSS file header that hold date (9) and time (8) of writing."""


def export_wave(wave: str, folder: Path | None = None, forms: tuple[Form, ...] = FORMS) -> list[Path]:
    """Clean a wave and write its answers, one row per answering region, in the codes of the codebook.

    Parameters
    ----------
    wave : str
        Id of the wave.
    folder : Path, optional
        Default ``data/processed/<wave>/export``. Answers are confidential: git must not take what lies there.
    forms : tuple of {"sav", "xlsx", "csv"}
        What to write; the .csv comes with ``datapackage.json`` (Frictionless).

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    Problems
        As `clean_wave`; `ConfidentialInGit` for a folder of delivered files, or where git would take real answers;
        `InvalidDescription` for one whose path does not print.
        Nothing is written then.
    """
    codebook, described = read_codebook(), read_wave(wave)
    folder = folder or compendium.processed(wave) / "export"
    Problems.raise_if(misplaced([folder / f"{wave}.{form}" for form in forms], wave))
    table, key = coded(clean_wave(wave), codebook, wave), _key(codebook, described)
    title = f"{'SYNTHETIC ' if described.synthetic else ''}STO monitor {wave}"
    writers: dict[Form, Callable[[Path], object]] = {
        "sav": partial(_sav, table, key, title),
        "xlsx": partial(_xlsx, table, key, title),
        "csv": partial(write_csv, table),
    }
    written = [compendium.write_whole(folder / f"{wave}.{form}", writers[form]) for form in forms]
    if "csv" in forms:
        package = json.dumps(_package(key, title, f"{wave}.csv"), ensure_ascii=False, indent=2)
        written.append(compendium.write_text(folder / "datapackage.json", package + "\n"))
    if folder != compendium.processed(wave) / "export":
        note(wave, written)
    return written


def coded(clean: CleanWave, codebook: Codebook, wave: str) -> pd.DataFrame:
    """Code answers and reasons as the codebook does.

    Parameters
    ----------
    clean : CleanWave
        Of the wave.
    codebook : Codebook
        Codes of levels and of reasons.
    wave : str
        Stands in the first column, so that a copy still says what it is.

    Returns
    -------
    DataFrame
        ``wave``, ``region``, a nullable integer per context variable and per item; blank where nothing was filled in.
    """
    reasons = {name: reason.code for name, reason in codebook.missing.reasons.items()}
    given = clean.missing.assign(code=clean.missing["reason"].map(reasons)).dropna()
    why = given.pivot_table(index="region", columns="item", values="code", aggfunc="first")
    levels = {item.id: {level.id: level.code for level in item.scale.levels} for item in codebook.items.values()}
    codes = pd.DataFrame({key: clean.answers[key].astype("object").map(codes) for key, codes in levels.items()})
    codes = codes.where(codes.notna(), why.reindex(index=codes.index, columns=codes.columns))
    context = clean.regions[list(codebook.context_variables)].reindex(codes.index)
    table = context.join(codes).astype("Float64").astype("Int64").rename_axis("region").reset_index()
    table.insert(0, "wave", wave)
    return table


def write_sav(
    table: pd.DataFrame,
    path: Path,
    title: str,
    labels: Mapping[str, str],
    values: Mapping[str, Mapping[float | int, str]],
    missing: Mapping[str, list[Any]],
) -> None:
    """Write SPSS with labels and user-missing codes, the same bytes whenever it is written.

    Parameters
    ----------
    table : DataFrame
        Text columns, and columns of codes with NaN for system-missing.
    path : Path
        Where to write.
    title : str
        File label.
    labels, values : mapping
        Column → label; column → code → label.
    missing : mapping
        Column → codes, or one ``{"lo": …, "hi": …}``, that count as user-missing.
    """
    pyreadstat.write_sav(
        table,
        str(path),
        file_label=title,
        column_labels=dict(labels),
        variable_value_labels={column: dict(codes) for column, codes in values.items()},
        missing_ranges=dict(missing),
        variable_measure=dict.fromkeys(values, "ordinal"),
    )
    content = bytearray(path.read_bytes())
    content[_CREATED] = b"01 jan 0000:00:00"
    path.write_bytes(bytes(content))


def _key(codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """One row per code of every column: column, wording, code, label in both languages, whether it is missing."""
    reasons = [reason for reason in codebook.missing.reasons.values() if reason.code is not None]
    asked: list[tuple[str, str, Sequence[Level | ContextLevel | Reason]]] = [
        (name, variable.nl, variable.levels) for name, variable in codebook.context_variables.items()
    ]
    for item in codebook.items.values():
        asked.append((item.id, wave.items.get(item.id, item).wording, [*item.scale.levels, *reasons]))
    rows = [
        (column, wording, of.code, of.nl, of.en, isinstance(of, Reason))
        for column, wording, told in asked
        for of in told
    ]
    return pd.DataFrame(rows, columns=["column", "wording", "code", "nl", "en", "missing"])


def _sav(table: pd.DataFrame, key: pd.DataFrame, title: str, path: Path) -> None:
    labels = {"wave": "Ronde", "region": "Regio"} | dict(zip(key["column"], key["wording"], strict=True))
    values = {str(name): dict(zip(rows["code"], rows["nl"], strict=True)) for name, rows in key.groupby("column")}
    absent = key[key["missing"]]
    spans: list[Any] = [{"lo": int(absent["code"].min()), "hi": int(absent["code"].max())}]
    numbers = table.astype(dict.fromkeys(values, "float64"))
    write_sav(numbers, path, title, labels, values, dict.fromkeys(absent["column"], spans))


def _xlsx(table: pd.DataFrame, key: pd.DataFrame, title: str, path: Path) -> None:
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        table.to_excel(book, sheet_name="answers", index=False, freeze_panes=(1, 2))
        key.to_excel(book, sheet_name="codebook", index=False, startrow=2, freeze_panes=(3, 1))
        for sheet in book.sheets.values():
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                cell.data_type = "s"  # a text that begins like a formula
        sheet = book.sheets["codebook"]
        sheet["A1"] = title
        for letter, width in zip("ABCDEF", (30, 70, 8, 30, 30, 10), strict=True):
            sheet.column_dimensions[letter].width = width


def _package(key: pd.DataFrame, title: str, file: str) -> dict[str, object]:
    """Descriptor after Frictionless Data Package 1.0."""
    fields: list[dict[str, object]] = [
        {"name": name, "type": "string", "constraints": {"required": True}} for name in ("wave", "region")
    ]
    for (column, wording), codes in key.groupby(["column", "wording"], sort=False):
        told = "; ".join(f"{code} = {nl}" for code, nl in zip(codes["code"], codes["nl"], strict=True))
        field = {"name": column, "type": "integer", "title": wording, "description": told}
        fields.append(field | {"constraints": {"enum": codes["code"][~codes["missing"]].tolist()}})
    absent = key["code"][key["missing"]].astype("str").unique()
    schema = {"fields": fields, "primaryKey": "region", "missingValues": ["", *absent]}
    resource = {"name": "answers", "path": file, "type": "table", "encoding": "utf-8", "schema": schema}
    name = Path(file).stem.lower()
    return {"name": name, "title": title, "description": "Confidential: one row per region.", "resources": [resource]}

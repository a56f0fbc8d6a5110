"""Cleaned answers in the forms that others work with: SPSS, Excel, and CSV with a data package."""

import json
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyreadstat

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.inert import write_csv
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook, read_codebook
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
    usual = compendium.processed(wave) / "export"
    paths = {form: (folder or usual) / f"{wave}.{form}" for form in forms}
    Problems.raise_if(misplaced(paths.values(), wave))
    table, key = coded(clean_wave(wave), codebook, wave), _key(codebook, described)
    title = f"{'SYNTHETIC ' if described.synthetic else ''}STO monitor {wave}"
    write = {"sav": write_sav, "xlsx": _xlsx, "csv": lambda table, _key, _title, part: write_csv(table, part)}
    written = [compendium.write_whole(path, partial(write[form], table, key, title)) for form, path in paths.items()]
    if "csv" in paths:
        package = json.dumps(_package(key, title, paths["csv"].name), ensure_ascii=False, indent=2)
        written.append(compendium.write_text(paths["csv"].with_name("datapackage.json"), package + "\n"))
    if folder not in (None, usual):
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
    why = clean.missing.pivot_table("reason", "region", "item", aggfunc="first").map(reasons.get)
    levels = {item.id: {level.id: level.code for level in item.scale.levels} for item in codebook.items.values()}
    codes = pd.DataFrame({key: clean.answers[key].astype("object").map(codes) for key, codes in levels.items()})
    context = clean.regions[list(codebook.context_variables)].reindex(codes.index)
    table = context.join(codes.fillna(why)).astype("Float64").astype("Int64").rename_axis("region").reset_index()
    table.insert(0, "wave", wave)
    return table


def write_sav(table: pd.DataFrame, key: pd.DataFrame, title: str, path: Path) -> None:
    """Write SPSS with labels and user-missing codes, the same bytes whenever it is written.

    Parameters
    ----------
    table : DataFrame
        Text columns, and columns of codes with NaN for system-missing.
    key : DataFrame
        What the columns of `table` hold: ``column``, ``wording``, ``code`` (one row each; missing for a text column),
        ``nl``, and whether the code is ``missing``.
    title : str
        File label.
    path : Path
        Where to write.
    """
    codes = {name: rows.set_index("code")["nl"].to_dict() for name, rows in key.dropna().groupby("column")}
    absent: Any = key[key["missing"]].groupby("column")["code"].agg(lo="min", hi="max")
    told: dict[str, Any] = {
        "column_labels": dict(zip(key["column"], key["wording"], strict=True)),
        "variable_value_labels": codes,
        "missing_ranges": {name: [span] for name, span in absent.to_dict("index").items()},
        "variable_measure": dict.fromkeys(codes, "ordinal"),
    }
    pyreadstat.write_sav(table.astype(dict.fromkeys(codes, "float64")), str(path), title, **told)
    content = path.read_bytes()
    path.write_bytes(content[: _CREATED.start] + b"01 jan 0000:00:00" + content[_CREATED.stop :])


def _key(codebook: Codebook, wave: Wave) -> pd.DataFrame:
    """One row per code of every column: column, wording, code, label in both languages, whether it is missing."""
    none = [reason for reason in codebook.missing.reasons.values() if reason.code is not None]
    asked: list[Any] = [(name, told.nl, told.levels) for name, told in codebook.context_variables.items()]
    for name, item in codebook.items.items():
        asked.append((name, wave.items.get(name, item).wording, [*item.scale.levels, *none]))
    rows = [(name, text, of.code, of.nl, of.en, of in none) for name, text, told in asked for of in told]
    rows = [("wave", "Ronde", None, None, None, False), ("region", "Regio", None, None, None, False), *rows]
    return pd.DataFrame(rows, columns=["column", "wording", "code", "nl", "en", "missing"])


def _xlsx(table: pd.DataFrame, key: pd.DataFrame, title: str, path: Path) -> None:
    texts = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=texts) as book:
        table.to_excel(book, sheet_name="answers", index=False, freeze_panes=(1, 2))
        key.to_excel(book, sheet_name="codebook", index=False, startrow=2, freeze_panes=(3, 1))
        book.sheets["codebook"].write("A1", title)
        book.sheets["codebook"].autofit(500)


def _package(key: pd.DataFrame, title: str, file: str) -> dict[str, object]:
    """Descriptor after Frictionless Data Package 1.0."""
    fields = []
    for (name, text), rows in key.groupby(["column", "wording"], sort=False):
        codes = rows.dropna().astype({"code": int})
        told = "; ".join(f"{code} = {nl}" for code, nl in zip(codes["code"], codes["nl"], strict=True))
        rule = {"enum": codes.loc[~codes["missing"], "code"].tolist()} if told else {"required": True}
        kind = "integer" if told else "string"
        fields.append({"name": name, "type": kind, "title": text, "description": told, "constraints": rule})
    absent = key.loc[key["missing"], "code"].astype("int").astype("str").unique()
    schema = {"fields": fields, "primaryKey": "region", "missingValues": ["", *absent]}
    resource = {"name": "answers", "path": file, "type": "table", "encoding": "utf-8", "schema": schema}
    what = "Confidential: one row per region."
    return {"name": Path(file).stem.lower(), "title": title, "description": what, "resources": [resource]}

"""Mistakes in files: rows that are no answers, sheets, texts, encodings."""

import pandas as pd

from .mistakes import REGION
from .spoils import (
    ALL,
    G,
    U,
    _hidden,
    _merged,
    _second_sheet,
    _set,
    book,
    cell,
    coded,
    content,
    m,
    put,
    row_of,
    rows,
    told,
    under,
)

DONE = "Voltooid"

FILES = [
    m("no answers", "a row of totals", "bare", "rows.unknown_region", under("Totaal", *["200"] * 34)),
    m("no answers", "a row of means", "xlsx", "rows.unknown_region", under("Gemiddelde", *[3.4] * 34)),
    m("no answers", "how many answered", "bare", "rows.unknown_region", under("n = 51", *["51"] * 34)),
    m("no answers", "the header once more", "bare", "rows.unknown_region", row_of(lambda made: list(made.table))),
    m(
        "no answers",
        "labels under the names",
        "bare",
        "rows.unknown_region",
        row_of(lambda made: [made.labels[name] for name in made.table]),
    ),
    m("no answers", "a row that explains", "bare", "rows.unknown_region", under("Bron: vragenlijst")),
    m(
        "no answers",
        "a row without answers",
        "bare",
        "rows.no_answer",
        rows(lambda t: pd.concat([t, t[:1].assign(**dict.fromkeys(ALL), **{REGION: "R78"})])),
    ),
    m("unfinished", "voltooid: nee", "text", "rows.no_answer", cell(3, DONE, "nee")),
    m("unfinished", "afgebroken", "text", "rows.no_answer", cell(3, DONE, "afgebroken")),
    m(
        "unfinished",
        "kept",
        "text",
        "came_in.unfinished",
        lambda made: [cell(3, DONE, "nee")(made), told(unfinished="keep")(made)],
    ),
    m(
        "unfinished",
        "a test row",
        "text",
        "rows.unknown_region",
        rows(lambda t: pd.concat([t, t[:1].assign(**{REGION: "test"})])),
    ),
    m(
        "Excel",
        "a date for a code",
        "xlsx",
        "check.unknown_answer",
        book(_set("C5", pd.Timestamp("2024-04-03").to_pydatetime())),
    ),
    m("Excel", "an error value", "xlsx", "kind DamagedExport", book(_set("C5", "#N/A"))),
    m("Excel", "a formula that was never calculated", "xlsx", "kind DamagedExport", book(_set("C5", "=1+3"))),
    m("Excel", "merged answers", "xlsx", "kind DamagedExport", book(_merged)),
    m("Excel", "hidden rows", "xlsx", "workbook.hidden", book(_hidden)),
    m(
        "Excel",
        "a hidden column",
        "xlsx",
        "workbook.hidden",
        book(lambda workbook: setattr(workbook.worksheets[0].column_dimensions["D"], "hidden", True)),
    ),
    m(
        "Excel",
        "the sheet of last time",
        "xlsx",
        "sign repeated",
        lambda made: [book(_second_sheet)(made), told(sheet="2021")(made)],
    ),
    m("Excel", "a sheet that is not there", "xlsx", "kind UnreadableExport", told(sheet="Antwoorden")),
    m(
        "Excel",
        "a larger sheet beside it",
        "xlsx",
        "workbook.sheets",
        book(lambda workbook: workbook.create_sheet("log").append(["x"])),
    ),
    m(
        "Excel",
        "codes as text",
        "bare",
        "right",
        put(ALL, lambda c: " " + c + " "),
    ),
    m(
        "numbers",
        "a point and a nought",
        "bare",
        "right",
        put(ALL, lambda c: c.map(lambda text: f"{text}.0", na_action="ignore")),
    ),
    m("numbers", "a comma", "bare", "check.unknown_answer", coded(G, {"7": "7,5"})),
    m("numbers", "thousands", "bare", "check.unknown_answer", coded(U, {"4": "4.000,00"})),
    m("numbers", "a percentage", "bare", "check.unknown_answer", coded(U, {"4": "4%"})),
    m("texts", "cut off", "text", "check.unknown_answer", coded(U, {"heel urgent": "heel urg"})),
    m("texts", "misspelt", "text", "check.unknown_answer", coded(U, {"heel urgent": "heel urgnet"})),
    m("texts", "in capitals", "text", "right", put(U, lambda c: c.map(lambda text: text.upper(), na_action="ignore"))),
    m(
        "texts",
        "spaces that do not break",
        "text",
        "right",
        put(U, lambda c: c.map(lambda text: text.replace(" ", "\u00a0"), na_action="ignore")),
    ),
    m("texts", "in another language", "text", "check.unknown_answer", coded(U, {"heel urgent": "very urgent"})),
    m(
        "texts",
        "labels cut off at 40 letters",
        "sav",
        "right",
        lambda made: made.labels.update({name: text[:40] for name, text in made.labels.items()}),
    ),
    m(
        "texts",
        "another question under the same name",
        "sav",
        "check.worded_otherwise",
        lambda made: made.labels.update({U[0]: "Hoe tevreden bent u over STO?"}),
    ),
    m("encoding", "of Windows", "text", "right", content(lambda text: text.decode().encode("cp1252"))),
    m("encoding", "UTF-16", "text", "right", content(lambda text: text.decode().encode("utf-16"))),
    m(
        "encoding",
        "stated wrongly",
        "text",
        "kind UnreadableExport",
        lambda made: [content(lambda text: text.decode().encode("utf-16"))(made), told(encoding="cp1252")(made)],
    ),
    m("separator", "stated wrongly", "bare", "check.item_lacks", told(separator=";")),
    m("separator", "semicolons", "bare", "right", content(lambda text: text.replace(b",", b";"))),
    m(
        "torn",
        "a row with a cell too few",
        "bare",
        "kind DamagedExport",
        content(
            lambda text: (
                text.replace(b"\nR05,", b"\nR05", 1)
                if b"\nR05," in text
                else text.replace(b",", b"", 40).replace(b",", b"", 1)
            )
        ),
    ),
    m("torn", "a row with a cell too many", "bare", "kind DamagedExport", under("R78", *["3"] * 34, "3", "4")),
    m(
        "torn",
        "the lower half is lost",
        "bare",
        "sign lost",
        content(lambda text: b"\n".join(text.split(b"\n")[:26]) + b"\n"),
    ),
    m("torn", "the last columns are lost", "bare", "check.item_lacks", rows(lambda t: t[t.columns[:20]])),
    m("filtered", "regions that answer low", "bare", "sign lost", rows(lambda t: t[pd.to_numeric(t[U[0]]) >= 4][:30])),
]

"""Nine kinds of delivery, as survey tools and agencies make them, of answers that are known."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
from openpyxl import Workbook

from sto_analysis.monitor.codebook import Codebook
from sto_workbench.synthetic.delivery import column_names

STEMS = {
    "urgency": "Hoe urgent zijn de volgende onderwerpen op dit moment in uw regio?",
    "yield": "In hoeverre heeft STO volgens u opbrengst gehad voor de volgende onderwerpen?",
    "attention": "Krijgen de volgende onderwerpen nu meer of minder aandacht dan vorig jaar?",
    "grade": "Welk rapportcijfer geeft u de volgende stellingen? Door STO...",
    "borging": "In hoeverre zijn onderstaande vormen van borging in uw regio geregeld?",
    "borging_active": "Bent u bezig met borging van STO op de lange termijn?",
}
REWORDED = {
    "teachers": "Voldoende docenten techniek",
    "image": "Beeldvorming over techniek",
    "enrolment": "Aantal techniekleerlingen in de profielen",
    "teaching_quality": "Kwaliteit van het techniekonderwijs",
    "regional_provision": "Herinrichting van het regionale techniekaanbod",
    "recruiting": "Werven van voldoende techniekdocenten",
    "inflow": "Instroombevordering in de technische profielen",
    "communication": "We communiceren structureel over STO met betrokkenen",
}


@dataclass
class Agency:
    """A delivery, and what only a person knows of it.

    Parameters
    ----------
    file : Path
        As delivered.
    truth : DataFrame
        Region × item → code of the codebook as text, ``weet niet``, or missing.
    columns : dict
        Item → column of the export, as wave.yaml would name it.
    codes : dict
        Question → what an exported answer stands for, where only a person knows.
    regions : dict
        What the export calls a region → its id, where nothing else says so.
    """

    file: Path
    truth: pd.DataFrame
    columns: dict[str, str]
    codes: dict[str, dict[str, int]] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)


def answers_of(root: Path, wave: str, seed: int) -> pd.DataFrame:
    """Region × item → code of the codebook, ``weet niet``, or missing: a synthetic wave, with changes."""
    path = root / "data" / "raw" / wave / f"{wave}.sav"
    codes, _ = pyreadstat.read_sav(path, user_missing=True)
    table = codes.set_index("regio").map(lambda code: None if pd.isna(code) else str(int(code)))
    table = table.replace("99", "weet niet").astype("object")
    shuffled = table.sample(frac=1, random_state=seed)
    shuffled.index = table.index
    kept = np.random.default_rng(seed).random(table.shape) < 0.6
    return table.where(kept, shuffled).sample(frac=1, random_state=seed + 1)


class _Maker:
    """What the makers share: words of questions and of answers."""

    def __init__(self, root: Path, codebook: Codebook, wave: str, seed: int) -> None:
        self.root, self.items, self.answers = root, codebook.items, answers_of(root, wave, seed)
        item = {column: item for item, column in column_names(codebook).items()}
        self.answers = self.answers.rename(columns=item)[list(self.items)]
        self.names = {region: f"Synthetische regio {region}" for region in self.answers.index}

    def leaf(self, item: str, *, reworded: bool = False) -> str:
        told = self.items[item]
        return REWORDED.get(told.concept, told.nl) if reworded else told.nl

    def texts(self, item: str) -> pd.Series:
        levels = {str(level.code): level.nl for level in self.items[item].scale.levels}
        return self.answers[item].map(lambda code: levels.get(code, code))

    def by_question(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for name, item in self.items.items():
            out.setdefault(item.question, []).append(name)
        return out


def spss(made: _Maker) -> Agency:
    """Of an agency: other variable names, labels slightly reworded, its own columns around them."""
    table, labels, values, columns = pd.DataFrame(index=made.answers.index), {}, {}, {}
    table["respnr"] = [float(1000 + row) for row in range(len(table))]
    table["regio"] = [made.names[region] for region in table.index]
    for number, (question, items) in enumerate(made.by_question().items(), start=1):
        for place, item in enumerate(items, start=1):
            name = columns[item] = f"Q{number}_{place}" if len(items) > 1 else f"Q{number}"
            table[name] = made.answers[item].replace("weet niet", "9" if question != "grade" else "99").astype("float")
            stem, leaf = STEMS[question], made.leaf(item, reworded=True)
            labels[name] = f"{stem} {leaf}" if len(items) > 1 else stem
            values[name] = {level.code: level.nl for level in made.items[item].scale.levels if question != "grade"}
            values[name][99 if question == "grade" else 9] = "Weet ik niet"
    table["weging"], table["Q7"] = 1.0, [f"Een heel verhaal over regio nummer {row}" for row in range(len(table))]
    labels |= {"regio": "In welke regio werkt u?", "Q7": "Heeft u nog opmerkingen?", "weging": "Weegfactor"}
    labels["respnr"] = "Respondentnummer"
    path = made.root / "STO_bestand.sav"
    title = "SYNTHETIC STO"
    pyreadstat.write_sav(table, path, file_label=title, column_labels=labels, variable_value_labels=values)
    return Agency(path, made.answers, columns)


def excel(made: _Maker) -> Agency:
    """A title, questions merged above the columns, a row of means below."""
    book = Workbook()
    sheet = book.active
    heads, names, columns, place = ["", ""], ["Nr.", "Regio"], {}, 3
    spans = []
    for question, items in made.by_question().items():
        stem = STEMS[question]
        heads += [stem, *[None] * (len(items) - 1)] if len(items) > 1 else [None]
        names += [made.leaf(item, reworded=True) for item in items] if len(items) > 1 else [stem]
        columns |= {item: f"{stem}: {made.leaf(item, reworded=True)}" if len(items) > 1 else stem for item in items}
        spans += [(place, place + len(items) - 1)] if len(items) > 1 else []
        place += len(items)
    sheet.append(["Resultaten vragenlijst STO"])
    sheet.append(heads)
    sheet.append(names)
    texts = pd.DataFrame({item: made.texts(item) for item in made.items})
    for row, (region, given) in enumerate(texts.iterrows(), start=1):
        cells = [int(cell) if str(cell).isdigit() else cell for cell in given]
        sheet.append([row, made.names[region], *cells])
    sheet.append([None, "Gemiddelde", *[None] * 23, 7.1, 6.8, 6.3])
    for left, right in spans:
        sheet.merge_cells(start_row=2, end_row=2, start_column=left, end_column=right)
    path = made.root / "STO resultaten.xlsx"
    book.save(path)
    return Agency(path, made.answers, columns)


def limesurvey(made: _Maker, style: str) -> Agency:
    """Its three styles of header; of the last, codes alone, answers are codes too."""
    table, columns, codes = pd.DataFrame(index=made.answers.index), {}, {}
    coded = style == "code"
    table["id" if coded else "id. Antwoord ID" if style == "both" else "Antwoord ID"] = range(1, len(table) + 1)
    sent = {"code": "submitdate", "both": "submitdate. Datum ingestuurd", "text": "Datum ingestuurd"}[style]
    table[sent] = "2026-03-12 10:11:12"
    table[{"code": "lastpage", "both": "lastpage. Laatste pagina", "text": "Laatste pagina"}[style]] = "6"
    where = {"code": "G00Q01", "both": "G00Q01. In welke regio werkt u?", "text": "In welke regio werkt u?"}[style]
    table[where] = [made.names[region] for region in table.index]
    for number, (question, items) in enumerate(made.by_question().items(), start=1):
        for place, item in enumerate(items, start=1):
            many = len(items) > 1
            code = f"G0{number}Q0{number}[SQ{place:03}]" if many else f"G0{number}Q0{number}"
            text = f"{STEMS[question]} [{made.leaf(item)}]" if many else STEMS[question]
            name = columns[item] = {"code": code, "both": f"{code}. {text}", "text": text}[style]
            answers = made.answers[item].replace("weet niet", "A99")
            if coded and question == "borging_active":
                table[name] = made.answers[item].map({"0": "N", "1": "Y"})
            elif coded and question != "grade":
                first = int(made.items[item].scale.codes[0])
                table[name] = answers.map(
                    {"A99": "A99"}
                    | {str(level): f"A{int(level) + 1 - first}" for level in made.items[item].scale.codes}
                )
                codes[question] = {f"A{int(level) + 1 - first}": level for level in made.items[item].scale.codes}
            else:
                table[name] = answers if coded else made.texts(item)
    truth = made.answers.copy()
    if coded:
        truth["borging_active"] = truth["borging_active"].replace("weet niet", None)
    name = "G07Q07" if coded else "Heeft u nog opmerkingen?"
    table[name if style != "both" else f"G07Q07. {name}"] = [
        f"Nog een heel verhaal, nummer {r}" for r in range(len(table))
    ]
    path = made.root / f"results-survey123456-{style}.csv"
    table.to_csv(path, index=False, encoding="utf-8-sig", sep=";" if style == "text" else ",")
    return Agency(path, truth, columns, codes)


def qualtrics(made: _Maker) -> Agency:
    """Names, questions and what it imports in three rows; a preview among the answers."""
    own = {"StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type", "IPAddress": "IP Address"}
    own |= {"Progress": "Progress", "Finished": "Finished", "ResponseId": "Response ID"}
    table = pd.DataFrame(index=made.answers.index, columns=list(own))
    table[:] = ["2026-03-01 10:00:00", "2026-03-01 10:20:00", "IP Address", "10.0.0.1", "100", "True", "R_"]
    table["ResponseId"] = [f"R_{row:04}" for row in range(len(table))]
    labels, columns = dict(own), {}
    table["Q1"], labels["Q1"] = [made.names[region] for region in table.index], "In welke regio werkt u?"
    for number, (question, items) in enumerate(made.by_question().items(), start=2):
        for place, item in enumerate(items, start=1):
            name = columns[item] = f"Q{number}_{place}" if len(items) > 1 else f"Q{number}"
            table[name] = made.texts(item)
            labels[name] = (
                f"{STEMS[question]} - {made.leaf(item, reworded=True)}" if len(items) > 1 else STEMS[question]
            )
    test = table.iloc[[0]].assign(Status="Survey Preview")
    head = [list(labels.values()), [json.dumps({"ImportId": name}) for name in table]]
    path = made.root / "STO_March 3, 2026_10.11.csv"
    pd.concat([pd.DataFrame(head, columns=table.columns), test, table]).to_csv(path, index=False)
    return Agency(path, made.answers, columns)


def _several(made: _Maker, table: pd.DataFrame, separator: str, ends: str) -> tuple[str, pd.DataFrame]:
    """The forms of borging as one question with several answers; a form is there or not."""
    question, items = "Welke vormen van borging zijn in uw regio geregeld?", made.by_question()["borging"]
    ticked = made.answers[items].isin(["1", "2"])
    table[question] = [
        separator.join(made.leaf(item) for item in items if row[item]) + ends if row.any() else None
        for _, row in ticked.iterrows()
    ]
    truth = made.answers.copy()
    truth[items] = ticked.astype("int").astype("str").where(ticked.any(axis="columns"), None)
    return question, truth


def forms(made: _Maker, style: str) -> Agency:
    """Microsoft or Google Forms: no codes, matrices row by row, several answers in one cell."""
    microsoft = style == "microsoft"
    table, columns = pd.DataFrame(index=made.answers.index), {}
    if microsoft:
        table["Id"] = range(1, len(table) + 1)
        table["Begintijd"], table["Tijd van voltooien"] = "2026-03-01 10:00", "2026-03-01 10:20"
        table["E-mail"], table["Naam"] = "anonymous", None
    else:
        table["Tijdstempel"] = "01-03-2026 10:20:00"
    table["In welke regio werkt u?"] = [made.names[region] for region in table.index]
    for question, items in made.by_question().items():
        if question == "borging":
            several, truth = _several(made, table, ";" if microsoft else ", ", ";" if microsoft else "")
            columns |= {item: f"{several} [{made.leaf(item)}]" for item in items}
            continue
        for item in items:
            leaf = made.leaf(item)
            many = len(items) > 1
            columns[item] = (leaf if microsoft else f"{STEMS[question]} [{leaf}]") if many else STEMS[question]
            if microsoft and question == "yield":
                columns[item] = f"{leaf}2"
            table[columns[item]] = made.texts(item)
    path = made.root / ("STO monitor 2026(1-51).xlsx" if microsoft else "STO monitor (antwoorden).csv")
    table.to_excel(path, index=False) if microsoft else table.to_csv(path, index=False)
    return Agency(path, truth, columns, {"borging": {"ja": 1, "nee": 0}})


def reversed_scales(made: _Maker) -> Agency:
    """Scales from high to low, short labels, a region twice and two that merged."""
    table, columns, labels, values = pd.DataFrame(index=made.answers.index), {}, {}, {}
    table["regio"] = list(table.index)
    for number, (question, items) in enumerate(made.by_question().items(), start=1):
        for place, item in enumerate(items, start=1):
            name = columns[item] = f"vr{number}_{place}"
            levels = made.items[item].scale.levels
            if question == "grade":
                coded = {str(level.code): float(level.code) for level in levels}
            else:
                coded = {str(level.code): float(len(levels) - at) for at, level in enumerate(levels)}
                values[name] = {coded[str(level.code)]: level.nl for level in levels} | {98: "weet niet"}
            table[name] = made.answers[item].map({**coded, "weet niet": 98.0}).astype("float")
            values.setdefault(name, {98: "weet niet"})
            labels[name] = (
                f"{made.leaf(item, reworded=True)} - {STEMS[question]}" if len(items) > 1 else STEMS[question]
            )
    merged, mixed = table.iloc[[3]].assign(regio="R79"), made.answers.iloc[3].copy()
    half = [*columns][::2]
    merged[[columns[item] for item in half]] = table.iloc[[8]][[columns[item] for item in half]].to_numpy()
    mixed[half] = made.answers.iloc[8][half]
    truth = made.answers.drop(index="R02", errors="ignore")
    kept = table[table["regio"] != "R02"]
    twice = kept.iloc[[5]].copy()
    path = made.root / "monitor.sav"
    if "R02" in table.index:
        truth.loc["R02"] = mixed
        kept = pd.concat([kept, merged])
    whole = pd.concat([kept, twice]).reset_index(drop=True)
    pyreadstat.write_sav(whole, path, file_label="SYNTHETIC", column_labels=labels, variable_value_labels=values)
    return Agency(path, truth, columns)


KINDS: dict[str, Callable[[_Maker], Agency]] = {
    "spss": spss,
    "excel": excel,
    "limesurvey-both": lambda made: limesurvey(made, "both"),
    "limesurvey-text": lambda made: limesurvey(made, "text"),
    "limesurvey-code": lambda made: limesurvey(made, "code"),
    "qualtrics": qualtrics,
    "microsoft": lambda made: forms(made, "microsoft"),
    "google": lambda made: forms(made, "google"),
    "reversed": reversed_scales,
}


def deliver(kind: str, root: Path, codebook: Codebook, seed: int = 1) -> Agency:
    """Make a delivery of a kind in a compendium; another seed, other answers."""
    return KINDS[kind](_Maker(root, codebook, "synthetic-2024", seed))

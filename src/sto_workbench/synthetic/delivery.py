"""Synthetic waves written the way a survey agency delivers a wave: .sav, frame and wave.yaml."""

from functools import partial
from pathlib import Path

import pandas as pd
import yaml

from sto_analysis import compendium
from sto_analysis.inert import write_csv
from sto_analysis.monitor.codebook import Codebook, read_codebook
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.register import COLUMNS
from sto_analysis.monitor.wave import read_wave
from sto_workbench.context.table import context_path
from sto_workbench.context.wave import write_context
from sto_workbench.intake.export import write_sav
from sto_workbench.synthetic.country import write_country
from sto_workbench.synthetic.generator import YEARS, generate
from sto_workbench.synthetic.settings import Settings, read_settings

REGION_COLUMN = "regio"
PREDECESSORS = ("R79", "R80")
"""Regions of the earlier wave that merged into one that answered both: the first answered, the second did not."""


def synthesise(seed: int | None = None) -> list[Path]:
    """Write both synthetic waves under data/raw, byte for byte the same for the same settings.

    Parameters
    ----------
    seed : int, optional
        Default that of data/synthetic.yaml.

    Returns
    -------
    list of Path
        The files written.
    """
    settings, codebook = read_settings(), read_codebook()
    made = generate(settings, codebook, read_published(), seed)
    waves = list(made.answers)
    both = made.answers[waves[0]].index.intersection(made.answers[waves[1]].index)
    written = [compendium.write_text(compendium.root() / "data" / "regions.csv", _register(made.frame, both[0]))]
    for wave, year in zip(waves, YEARS, strict=True):
        folder = compendium.raw(wave)
        answers, frame = made.answers[wave], made.frame
        if wave == waves[0]:
            answers, frame = _before_merger(answers, both[0]), _before_merger(frame, both[0], *PREDECESSORS)
        columns, asked, merged = column_names(codebook), sorted(map(str, frame.index)), _merged(both[0])
        export = answers.rename(columns=columns).rename_axis(REGION_COLUMN).reset_index()
        description = _description(wave, year, waves, codebook, columns, settings)
        text = yaml.safe_dump(description, allow_unicode=True, sort_keys=False, width=110)
        head = "# SYNTHETIC: made by `sto synthesise` from data/synthetic.yaml; not answers of anybody.\n"
        write_export = partial(_deliver, export, codebook, columns, settings.dont_know_code, f"SYNTHETIC {wave}")
        written += [
            compendium.write_whole(folder / f"{wave}.sav", write_export),
            compendium.write_whole(folder / "frame.csv", partial(write_csv, frame.reset_index())),
            compendium.write_text(folder / "wave.yaml", head + text),
            *write_country(folder, asked, made.frame, merged, year, seed or settings.seeds.regions),
        ]
        write_context(read_wave(wave), codebook, asked)
        written.append(context_path(wave))
    return written


def _merged(successor: str) -> pd.DataFrame:
    """The regions that merged between the waves, each a half of what they became."""
    halves = [(region, successor, half, YEARS[1] - 1) for half, region in enumerate(PREDECESSORS)]
    return pd.DataFrame(halves, columns=["region", "of", "half", "valid_to"])


def _register(frame: pd.DataFrame, successor: str) -> str:
    """The register: the regions of the frame, and two that merged into one of them between the waves.

    Regions of other kinds that stand in the file already are kept.
    """
    path = compendium.root() / "data" / "regions.csv"
    columns = ["kind", *COLUMNS]
    kept = pd.read_csv(path, dtype="str") if path.is_file() else pd.DataFrame(columns=columns, dtype="str")
    now = pd.DataFrame({"id": frame.index, "name": frame["name"].to_numpy(), "valid_from": str(YEARS[0])})
    now.loc[now["id"] == successor, "valid_from"] = str(YEARS[1])
    gone = pd.DataFrame({"id": PREDECESSORS, "valid_from": str(YEARS[0]), "valid_to": str(YEARS[1] - 1)})
    gone = gone.assign(name=[f"Synthetische regio {region}" for region in PREDECESSORS], merged_into=successor)
    made = pd.concat([now, gone]).assign(kind="synthetic").reindex(columns=columns)
    whole = pd.concat([kept[kept["kind"] != "synthetic"], made.astype("object")])
    return str(write_csv(whole))


def _before_merger(table: pd.DataFrame, successor: str, *predecessors: str) -> pd.DataFrame:
    """A table with the first predecessor, or all those named, in the place of the region that they merged into."""
    parts = [table.drop(index=successor)]
    for region in predecessors or PREDECESSORS[:1]:
        row = table.loc[[successor]].rename(index={successor: region})
        parts.append(row.assign(name=f"Synthetische regio {region}") if "name" in row else row)
    return pd.concat(parts).rename_axis(str(table.index.name))


def column_names(codebook: Codebook) -> dict[str, str]:
    """Return item → column as a survey tool numbers them: question 1, item 1 is ``v1_1``."""
    names = {}
    questions = list(codebook.questions)
    seen = dict.fromkeys(questions, 0)
    for item in codebook.items.values():
        seen[item.question] += 1
        names[item.id] = f"v{questions.index(item.question) + 1}_{seen[item.question]}"
    return names


def _deliver(
    export: pd.DataFrame, codebook: Codebook, columns: dict[str, str], unknown: int, title: str, path: Path
) -> None:
    """Write the answers as an agency does, with `unknown` as the code for "weet niet"."""
    rows: list[tuple[object, ...]] = [(REGION_COLUMN, "Regio", None, None, False)]
    for item in codebook.items.values():
        told = {level.code: level.nl for level in item.scale.levels} | {unknown: "weet niet"}
        rows += [(columns[item.id], item.wording, code, nl, code == unknown) for code, nl in told.items()]
    key = pd.DataFrame(rows, columns=["column", "wording", "code", "nl", "missing"])
    write_sav(export, key, title, path)


def _description(
    wave: str, year: int, waves: list[str], codebook: Codebook, columns: dict[str, str], settings: Settings
) -> dict[str, object]:
    later = wave == waves[-1]
    description: dict[str, object] = {
        "wave": wave,
        "title": {
            "nl": f"SYNTHETISCHE ronde in de vorm van {year}",
            "en": f"SYNTHETIC wave in the shape of {year}",
        },
        "file": f"{wave}.sav",
        "frame": "frame.csv",
        "region_column": REGION_COLUMN,
    }
    if later:
        description |= {"earlier_wave": waves[0], "published": year}
    items = {item.id: {"column": columns[item.id], "wording": item.wording} for item in codebook.items.values()}
    return description | {"missing_codes": {settings.dont_know_code: "dont_know"}, "items": items}

"""What wave.yaml contradicts, of codebook, frame and register, and what it leaves open."""

from collections.abc import Collection, Iterator

import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import Place
from sto_analysis.monitor.item_column import TODO, Answers, ItemColumn
from sto_analysis.monitor.register import successors
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.region_names import RegionNames


def contradictions(wave: Wave, codebook: Codebook) -> Iterator[tuple[Place, str]]:
    """Yield what the codebook does not know, and codes for missing that are answers too."""
    known, every = codebook.missing.reasons, f"none of {', '.join(codebook.missing.reasons)}"
    asked = {name: codebook.items[name] for name in wave.items if name in codebook.items}
    answers = {name: wave.items[name].answers(item) for name, item in asked.items()}
    for code, reason in wave.missing_codes.items():
        if reason not in known:
            yield ("missing_codes", code), f"{reason!r} is {every}"
        if both := [name for name, given in answers.items() if code in given]:
            what = f"it is also an answer to {', '.join(both)}; state it under 'missing' of the items that mean it"
            yield ("missing_codes", code), what
    for name, source in wave.items.items():
        place = ("items", name)
        if name not in asked:
            yield place, "the codebook has no such item"
            continue
        block = wave.question(name)
        if block and block != asked[name].question:
            yield (
                ("questions", block),
                f"{name} is an item of {asked[name].question}: add that as a question, such as {{}}",
            )
        levels = asked[name].scale.ids
        for code, ours in (source.codes or {}).items():
            if ours != TODO and ours not in levels and ours not in known:
                shared = block and source.codes == wave.questions[block].codes
                yield (
                    (*(("questions", block) if shared else place), "codes", code),
                    f"{ours} is no code of the codebook for this item",
                )
        for code, reason in source.missing.items():
            if reason not in known:
                yield (*place, "missing", code), f"{reason!r} is {every}"
            if code in answers[name]:
                yield (*place, "missing", code), "it is also an answer; list under 'codes' only those that are"
        if source.blank is not None and source.blank not in {*levels, *known}:
            yield (*place, "blank"), f"{source.blank!r} is no level of the item, and {every}"


def todos(wave: Wave) -> Iterator[tuple[Place, str]]:
    """Yield the lines that `sto new` left open."""
    for place in ("region_column", "frame"):
        if str(getattr(wave, place)).startswith(TODO):
            yield (place,), "it is still to be filled in"
    told: list[tuple[Place, Answers, str]] = [
        *((("questions", name), block, block.wording or "") for name, block in wave.questions.items()),
        *((("items", name), item, item.wording) for name, item in wave.items.items()),
    ]
    for at, source, wording in told:
        block = wave.questions.get(wave.question(str(at[1]))) if at[0] == "items" else None
        if isinstance(source, ItemColumn) and source.column.startswith(TODO):
            yield (*at, "column"), "no column was found for this item"
        if wording.startswith(TODO) and not (block and (block.wording or "").startswith(TODO)):
            yield (*at, "wording"), "the export does not hold the question as it was asked"
        if source.unsure is not None:
            yield (*at, "unsure"), f"{source.unsure}; nobody has said that the columns are right"
        for code, ours in (source.codes or {}).items() if not block or source.codes != block.codes else ():
            if ours == TODO:
                yield (*at, "codes", code), "nobody has said which answer of the codebook this is"
    for dropped, reason in wave.drop.items():
        if reason.startswith(TODO):
            yield ("drop", dropped), "nobody has said what this column is"


def unknown_regions(wave: Wave, names: RegionNames) -> Iterator[tuple[Place, str]]:
    """Regions in wave.yaml that the frame does not have, and regions of the frame that did not exist in its year."""
    frame, merged = names.frame.index, successors(names.register)
    for name, regions in (("changed_respondents", wave.changed_respondents or ()), ("withdrawn", wave.withdrawn)):
        for place, region in enumerate(regions):
            if region not in frame:
                yield (name, place), f"region {region!r} is not in the frame"
    for name, region in wave.regions.items():
        if region not in frame and merged.get(region) not in frame:
            yield ("regions", name), f"region {region!r} is not in the frame"
    year = int(wave.wave.removeprefix("synthetic-"))
    for region, why in _not_in(names.register, year, frame).items():
        yield ("frame",), f"data/regions.csv says of region {region} in {wave.frame}: {why}"


def _not_in(register: pd.DataFrame, year: int, regions: Collection[str]) -> dict[str, str]:
    """Region that did not exist in a year → why, as far as the register says.

    A region ends with ``valid_to``; without one, where it merged, before its successor begins; where that has no year
    either, as soon as both would exist together.
    """
    out: dict[str, str] = {}
    known = register.fillna("")
    for region, row in known.loc[known.index.intersection(list(regions))].iterrows():
        into, ended = row["merged_into"], row["valid_to"]
        begins = known["valid_from"].get(into, "")
        if year < int(row["valid_from"] or year):
            out[str(region)] = f"it exists from {row['valid_from']}"
        elif ended and year > int(ended):
            out[str(region)] = f"it existed until {ended}" + (f", then merged into {into}" if into else "")
        elif into and not ended and begins and year >= int(begins):
            out[str(region)] = f"it merged into {into}, which exists from {begins}"
        elif into and not ended and not begins and into in regions:
            out[str(region)] = f"it merged into {into}, which is asked too"
    return out

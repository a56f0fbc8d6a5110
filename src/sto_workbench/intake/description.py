"""What wave.yaml contradicts, of codebook, frame and register, and what it leaves open."""

from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from sto_analysis.messages import say
from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import Place
from sto_analysis.monitor.item_column import TODO, Answers, QuestionColumns
from sto_analysis.monitor.register import successors
from sto_analysis.monitor.wave import Wave
from sto_workbench.intake.region_names import RegionNames


def contradictions(wave: Wave, codebook: Codebook) -> Iterator[tuple[Place, str]]:
    """Yield what the codebook does not know, and codes for missing that are answers too."""
    answers = {
        name: source.answers(codebook.items[name]) for name, source in wave.items.items() if name in codebook.items
    }
    yield from _no_reasons(wave.missing_codes, ("missing_codes",), codebook)
    for code in wave.missing_codes:
        if both := [name for name, given in answers.items() if code in given]:
            yield ("missing_codes", code), say("description.answer_of", items=", ".join(both))
    for name in wave.items:
        if name in answers:
            yield from _of_item(wave, codebook, name)
        else:
            yield ("items", name), say("description.no_item")


def _no_reasons(told: Mapping[str, object], place: Place, codebook: Codebook) -> Iterator[tuple[Place, str]]:
    known = codebook.missing.reasons
    for code, reason in told.items():
        if reason not in known:
            yield (*place, code), say("description.no_reason", reason=reason, known=", ".join(known))


def _of_item(wave: Wave, codebook: Codebook, name: str) -> Iterator[tuple[Place, str]]:
    place, source, item, block = ("items", name), wave.items[name], codebook.items[name], wave.question(name)
    known, answers = {*item.scale.ids, *codebook.missing.reasons}, source.answers(item)
    if block and block != item.question:
        yield ("questions", block), say("description.of_another", item=name, question=item.question)
    shared = block and source.codes == wave.questions[block].codes
    for code, ours in (source.codes or {}).items():
        if ours not in known and ours != TODO:
            yield (*(("questions", block) if shared else place), "codes", code), say("description.no_code", code=ours)
    yield from _no_reasons(source.missing, (*place, "missing"), codebook)
    for code in source.missing.keys() & answers.keys():
        yield (*place, "missing", code), say("description.also_answer")
    if source.blank is not None and source.blank not in known:
        names = ", ".join(codebook.missing.reasons)
        yield (*place, "blank"), say("description.no_level", level=source.blank, known=names)


def todos(wave: Wave) -> Iterator[tuple[Place, str]]:
    """Yield the lines that `sto new` left open, and rows to leave out of which another delivery has others."""
    told: dict[Place, str] = {("region_column",): wave.region_column, ("frame",): wave.frame}
    told |= {("items", name, "column"): item.column for name, item in wave.items.items()}
    told |= {("drop", column): why for column, why in wave.drop.items()}
    told |= {("leave_out", row): why for row, why in wave.leave_out.items()}
    for place, text in told.items():
        if text.startswith(TODO):
            yield place, say(f"description.open_{place[0]}")
    for name, block in wave.questions.items():
        yield from _left(("questions", name), block, block.wording or "", None)
    for name, item in wave.items.items():
        yield from _left(("items", name), item, item.wording, wave.questions.get(wave.question(name)))


def _left(place: Place, told: Answers, wording: str, block: QuestionColumns | None) -> Iterator[tuple[Place, str]]:
    """Yield what is open of a question, or of an item and not of its question."""
    if wording.startswith(TODO) and not (block and (block.wording or "").startswith(TODO)):
        yield (*place, "wording"), say("description.no_wording")
    if told.unsure is not None:
        yield (*place, "unsure"), say("description.unsure", unsure=told.unsure)
    for code, ours in (told.codes or {}).items() if not block or told.codes != block.codes else ():
        if ours == TODO:
            yield (*place, "codes", code), say("description.which_answer")


def unknown_regions(wave: Wave, names: RegionNames) -> Iterator[tuple[Place, str]]:
    """Regions in wave.yaml that the frame does not have, and regions of the frame that did not exist in its year."""
    frame, merged = names.frame.index, successors(names.register)
    for name, regions in (("changed_respondents", wave.changed_respondents or ()), ("withdrawn", wave.withdrawn)):
        for place, region in enumerate(regions):
            if region not in frame:
                yield (name, place), say("description.not_in_frame", region=region)
    for name, region in wave.regions.items():
        if region not in frame and merged.get(region) not in frame:
            yield ("regions", name), say("description.not_in_frame", region=region)
    year = int(wave.wave.removeprefix("synthetic-"))
    for region, why in _not_in(names.register, year, frame).items():
        yield ("frame",), say("description.not_of_year", region=region, frame=wave.frame, why=why)


def _not_in(register: pd.DataFrame, year: int, regions: Collection[str]) -> dict[str, str]:
    """Region that did not exist in a year → why, as far as the register says.

    A region ends with ``valid_to``; without one, where it merged, before its successor begins; where that has no year
    either, as soon as both would exist together.
    """
    out: dict[str, str] = {}
    known = register.fillna("")
    for region, row in known.loc[known.index.intersection(list(regions))].iterrows():
        into, begins, ended = row["merged_into"], row["valid_from"], row["valid_to"]
        after = known["valid_from"].get(into, "")
        if year < int(begins or year):
            what, when = "exists_from", begins
        elif ended and year > int(ended):
            what, when = "merged_after" if into else "existed_until", ended
        elif into and not ended and year >= int(after or year + (into not in regions)):
            what, when = "merged_into" if after else "both_asked", after
        else:
            continue
        out[str(region)] = say(f"description.{what}", year=when, into=into)
    return out

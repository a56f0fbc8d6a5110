"""Raw values → validated answers, with a log entry for every change."""

import pandas as pd

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems, ToDo
from sto_analysis.monitor.answers import CleanWave
from sto_analysis.monitor.codebook import Codebook, Item, read_codebook
from sto_analysis.monitor.described import Place, located
from sto_analysis.monitor.frame import read_frame
from sto_analysis.monitor.item_column import TODO, ItemColumn
from sto_analysis.monitor.published_figures import read_published
from sto_analysis.monitor.register import NO_REGISTER, not_in, read_register, successors
from sto_analysis.monitor.spelling import answer_key
from sto_analysis.monitor.wave import Wave, chain, read_wave_as_far_as_possible
from sto_workbench.intake.check import check_export
from sto_workbench.intake.cleaning_log import Log
from sto_workbench.intake.header import stated_layout
from sto_workbench.intake.marks import answer_rows, answered
from sto_workbench.intake.readers import Export, distinct, looked_up, read_export
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.rows import giving_way


def clean_wave(name: str) -> CleanWave:
    """Read, check and clean a wave; every problem of its files is raised in one go.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        All that is wrong with wave.yaml, register, frame and export.
    """
    codebook = read_codebook()
    wave, problems = read_wave_as_far_as_possible(name)
    if wave is None:
        raise Problems(problems)
    folder = compendium.raw(name)
    description = folder / "wave.yaml"
    problems += located(description, list(wave.contradictions(codebook)))
    todo = "Fill in the line, or remove it where the wave did not ask it."
    open_lines = located(description, list(wave.todos()))
    problems += [ToDo(line.what, todo, file=description, line=line.line) for line in open_lines]
    frame: pd.DataFrame | None = None
    register = NO_REGISTER
    try:
        register = read_register("synthetic" if wave.synthetic else "real")
    except Problems as found:
        problems += found.problems
    if not wave.frame.startswith(TODO):
        try:
            frame = read_frame(wave, codebook)
        except Problems as found:
            problems += found.problems
    names = None
    if frame is not None:
        names = RegionNames(wave.regions, frame, register)
        problems += located(description, _unknown_regions(wave, frame, register))
    try:
        raw = read_export(folder / wave.file, stated_layout(wave))
    except Problems as found:
        problems += found.problems
    else:
        problems += check_export(raw, wave, codebook, names, folder / wave.file)
    if problems or frame is None or names is None:
        raise Problems(problems)
    return clean(raw, wave, codebook, frame, names)


def check_wave(name: str) -> CleanWave:
    """Check all that a run of a wave needs: its own files, the waves before it, its published figures.

    Parameters
    ----------
    name : str
        Id of the wave.

    Raises
    ------
    Problems
        As `clean_wave`, and what is wrong with the earlier waves and with ``published``.
    """
    problems: list[Problem] = []
    clean = None
    try:
        clean = clean_wave(name)
    except Problems as found:
        problems += found.problems
    try:
        published, years = chain(name)[-1].published, set(read_published().tables["aspects"]["wave"])
        if published is not None and published not in years:
            what = f"there are no figures of {published}, only of {', '.join(map(str, sorted(years)))}"
            problems += located(compendium.raw(name) / "wave.yaml", [(("published",), what)])
    except Problems as found:
        problems += [problem for problem in found.problems if problem not in problems]
    if clean is None or problems:
        raise Problems(problems)
    return clean


def _unknown_regions(wave: Wave, frame: pd.DataFrame, register: pd.DataFrame) -> list[tuple[Place, str]]:
    """Regions in wave.yaml that the frame does not have, and regions of the frame that did not exist in its year."""
    merged = successors(register)
    found: list[tuple[Place, str]] = [
        (("changed_respondents", place), f"region {region!r} is not in the frame")
        for place, region in enumerate(wave.changed_respondents or ())
        if region not in frame.index
    ]
    found += [
        (("regions", name), f"region {region!r} is not in the frame")
        for name, region in wave.regions.items()
        if region not in frame.index and merged.get(region) not in frame.index
    ]
    year = int(wave.wave.removeprefix("synthetic-"))
    gone = not_in(register, year, frame.index)
    told = "data/regions.csv says of region"
    return found + [(("frame",), f"{told} {region} in {wave.frame}: {why}") for region, why in gone.items()]


def clean(raw: Export, wave: Wave, codebook: Codebook, frame: pd.DataFrame, names: RegionNames) -> CleanWave:
    """Turn a checked export into answers.

    Parameters
    ----------
    raw : Export
        An export without problems (see `check_export`).
    wave, codebook, names
        What it was checked against.
    frame : DataFrame
        The regions that were asked.

    Returns
    -------
    CleanWave
        In the order of the regions' ids, so that the order of the rows in the export does not matter.
    """
    values, marked = answer_rows(raw, wave)
    every = raw.cells[wave.region_column]
    ids, rules = names.find(every, raw.value_labels.get(wave.region_column, {}))
    regions = looked_up(every, ids)
    log = Log(regions)
    cells, region = every.loc[values.index], regions.loc[values.index]
    no_answer = {row: f"no answer: {what}" for row, what in marked.items() if row not in values.index}
    given_way = giving_way(cells, region, rules, wave, values)
    log.add(cells, looked_up(cells, rules), wave.region_column, "", region)
    for gone in (no_answer, given_way):
        log.add(every, pd.Series(gone, dtype="object").reindex(every.index), wave.region_column, "", None)
    values = values.drop(index=list(given_way))
    region = region.loc[values.index]
    columns, missing = {}, []
    ticked = answered(values, wave, codebook)
    for item in codebook.items.values():
        levels = [level.id for level in item.scale.levels]
        source = wave.items.get(item.id)
        if source is None:
            columns[item.id] = pd.Categorical([None] * len(values), categories=levels, ordered=True)
            missing.append(pd.DataFrame({"region": region.astype("str"), "item": item.id, "reason": "not_asked"}))
            continue
        answer, reason = _item(values[source.column], source, item, wave, log, ticked[item.question])
        columns[item.id] = pd.Categorical(answer.astype("object"), categories=levels, ordered=True)
        absent = reason.notna()
        found = {"region": region[absent].astype("str"), "item": item.id, "reason": reason[absent].astype("str")}
        missing.append(pd.DataFrame(found))
    answers = pd.DataFrame(columns, index=pd.Index(region.astype("str"), name="region", dtype="str"))
    asked = frame.copy()
    asked.insert(1, "answered", pd.Series(frame.index.isin(answers.index), index=frame.index))
    return CleanWave(
        answers.sort_index(),
        pd.concat(missing).astype("str").sort_values(["region", "item"], ignore_index=True),
        asked,
        log.table(),
        len(no_answer) + len(given_way),
        raw.notices,
    )


def _item(
    cells: pd.Series, source: ItemColumn, item: Item, wave: Wave, log: Log, ticked: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Answers of one item and the reasons of the absent ones; what was changed goes into the log."""
    known, absent = source.answers(item), wave.reasons(source)
    codes = {level.id: str(level.code) for level in item.scale.levels}
    keys = {text: answer_key(text) for text in distinct(cells)}
    why = {text: absent[key] for text, key in keys.items() if key in absent}
    level = {text: known[key] for text, key in keys.items() if text not in why}
    recoded = {text: "recoded" for text, found in level.items() if codes[found] != text}
    emptied = {text: f"missing: {found}" for text, found in why.items()}
    after = looked_up(cells, {text: codes[found] for text, found in level.items()})
    log.add(cells, looked_up(cells, recoded), source.column, item.id, after)
    log.add(cells, looked_up(cells, emptied), source.column, item.id, None)
    box = source.ticked(item)
    empty = "blank" if source.blank is None or box else str(source.blank)
    reason = looked_up(cells.cat.add_categories(["\0"]).fillna("\0"), {**why, "\0": empty})
    answer = looked_up(cells, level)
    if box:
        unticked = cells.isna() & ticked
        rule = pd.Series("blank: not ticked", index=cells.index).where(unticked)
        log.add(cells, rule, source.column, item.id, pd.Series(codes[box], index=cells.index))
        answer = answer.astype("object").mask(unticked, box)
        reason = reason.astype("object").mask(unticked)
    return answer, reason

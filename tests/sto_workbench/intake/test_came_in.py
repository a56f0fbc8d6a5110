"""The page of what came in says first what stands out, of deliveries in which it was planted."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.analysis.came_in import agreements, signs
from sto_analysis.errors import Problems
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.wave import chain
from sto_analysis.report.context import Context
from sto_analysis.report.exhibits.came_in import came_in_figure, came_in_table, codes_table
from sto_analysis.report.sentences.came_in import sign_sentences
from sto_workbench.intake.came_in import CameIn, came_in
from sto_workbench.intake.clean import check_wave, clean_wave

WAVE = "synthetic-2024"


@pytest.fixture(scope="module")
def read() -> CameIn:
    before, this = chain(WAVE)
    return came_in(this, clean_wave(WAVE), [clean_wave(before.wave)], read_codebook())


def told(read: CameIn, now: pd.DataFrame, language: str = "en") -> list[str]:
    table = agreements(now, read.earlier, read.questions)
    found = signs(now, read.earlier, read.questions, read.ranges, 1)
    return sign_sentences(Context(language, read_codebook()), found, table)


def test_of_a_good_delivery_nothing_stands_out(read: CameIn):
    first, second = told(read, read.now)
    assert first == "Nothing stands out: what belongs together goes together."
    assert "Yield 0.50" in second


def test_a_new_division_of_labour_market_regions_is_no_sign(read: CameIn):
    before, this = chain(WAVE)
    clean, earlier, codebook = clean_wave(WAVE), clean_wave(before.wave), read_codebook()
    shared = "AM" + pd.Series(range(len(clean.regions)), clean.regions.index).rsub(99).astype("str")
    clean.regions["employment_cluster"], clean.regions["krimp_low"] = shared, 1 - clean.regions["krimp_low"]
    assert came_in(this, clean, [earlier], codebook).signs == read.signs
    clean.regions["employment"] = 2 - clean.regions["employment"]
    assert [sign.kind for sign in came_in(this, clean, [earlier], codebook).signs] == ["context"]


def test_shifted_rows_stand_out_first(read: CameIn):
    moved = pd.DataFrame(np.roll(read.now, -1, axis=0), read.now.index, read.now.columns)
    first = told(read, moved)[0]
    assert first.startswith("<strong>all questions</strong>")
    assert "only after a shift (regions: 1)" in first


def test_regions_that_were_sorted_alone_stand_out_first(read: CameIn):
    mixed = read.now.sample(frac=1, random_state=2).set_axis(read.now.index)
    assert told(read, mixed, "nl")[0].startswith("<strong>alle vragen</strong>: de antwoorden gaan niet samen")


def test_a_reversed_item_and_a_copied_block_stand_out_first(read: CameIn):
    reversed_ = read.now.assign(yield_image=4 - read.now["yield_image"])
    assert told(read, reversed_)[0].startswith("<strong>Yield – Image</strong>: the answers go against the rest")
    aspects = [item.removeprefix("urgency_") for item in read.now if item.startswith("urgency_")]
    twice = read.now.assign(**{f"yield_{aspect}": read.now[f"urgency_{aspect}"] for aspect in aspects})
    said = [each for each in told(read, twice) if "the same block" in each]
    assert len(said) == 1
    assert all(f"Urgency – {Context('en', read_codebook()).short[aspect]}" in said[0] for aspect in aspects)


def test_each_item_has_its_column_question_codes_and_reasons(read: CameIn):
    context = Context("nl", read_codebook())
    table = agreements(read.now, read.earlier, read.questions)
    shown = came_in_table(context, read.mapping, table).table
    assert shown.iloc[0].tolist()[1:3] == ["v1_1", "Urgentie: Voldoende techniekdocenten"]
    assert len(shown) == len(read.questions)
    missing = clean_wave(WAVE).missing.query("item == 'yield_teaching_quality'")
    cell = read.mapping.set_index("item").loc["yield_teaching_quality", "missing"]
    assert sum(int(part.split()[-1]) for part in cell.split(", ") if part) == len(missing)
    codes = codes_table(context, read.mapping).table
    assert "heel urgent (5)" in codes.iloc[0, 1]
    assert len(codes) < len(shown) / 3
    assert came_in_figure(context, table).table.shape == (len(shown), 3)


@pytest.mark.usefixtures("parsed_once")
def test_the_answers_of_an_earlier_wave_are_no_new_delivery(copy: Path):
    now, before = compendium.raw(WAVE), compendium.raw("synthetic-2021")
    shutil.copy(before / "synthetic-2021.sav", now / f"{WAVE}.sav")
    frame = pd.read_csv(before / "frame.csv")
    frame[~frame["region"].isin(["R79", "R80"])].to_csv(now / "frame.csv", index=False)
    for name in ("context.csv", "context.yaml"):  # of the regions of 2024
        (now / name).unlink()
    described = now / "wave.yaml"
    described.write_text(f"{described.read_text()}leave_out: {{R79: merged}}\n")
    with pytest.raises(
        Problems, match="all questions: 51 regions answer, all along, what a region answered in an earlier wave"
    ):
        check_wave(WAVE)

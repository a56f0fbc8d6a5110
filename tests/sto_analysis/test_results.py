"""Results come back as they were written, each number with an id of its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.results import COLUMNS, ROW, read_result, read_results, write_result

WAVE = "synthetic-2024"


def planned(**columns: object) -> pd.DataFrame:
    table = {"family": ["borging", "borging"], "answers": [51, 78], "visible": [0.1, 1 / 3]}
    return pd.DataFrame({**table, "chance": [0.5, np.nan], "excluded": [0.2, np.inf], "relevant": 0.2, **columns})


def test_a_table_comes_back_as_it_was_written_and_knows_its_rows(copy: Path):
    table = planned()
    given = write_result(table, WAVE, "planning")
    found = read_result(WAVE, "planning")
    pd.testing.assert_frame_equal(found, given)
    pd.testing.assert_frame_equal(found.drop(columns=ROW), table)
    assert list(found[ROW]) == ["planning:planning.borging.51", "planning:planning.borging.78"]


def test_a_table_without_rows_keeps_its_columns(copy: Path):
    write_result(planned().iloc[:0], WAVE, "planning")
    found = read_result(WAVE, "planning")
    assert found.empty
    assert list(found.drop(columns=ROW)) == list(planned())


def test_the_store_has_one_row_for_each_number_and_one_for_what_is_the_same_in_all_rows(copy: Path):
    write_result(planned(), WAVE, "planning")
    store = read_results(WAVE)
    assert list(store.columns) == list(COLUMNS)
    assert store["id"].is_unique
    assert set(store["wave"]) == {WAVE}
    values = store.set_index("id")["value"]
    assert values["visible.planning.borging.51"] == 0.1
    assert values["relevant.planning"] == 0.2
    assert values["answers.planning.borging.78"] == 78
    assert len(store) == 2 * 4 + 1


def test_what_nobody_declared_is_an_error_that_says_where_to_declare_it(copy: Path):
    with pytest.raises(Problems, match=r"'attention'.*results\.yaml"):
        write_result(planned(), WAVE, "attention")
    with pytest.raises(Problems, match=r"wage of the results 'planning'.*results\.yaml"):
        write_result(planned(wage=[1.5, 2.5]), WAVE, "planning")


def test_results_differ_by_no_digit_that_another_processor_computes_otherwise(copy: Path):
    values = [0.1 + 0.2, 1 / 3, 12345678.9, np.nan, np.inf, 1.0, 5e-324]
    others = [0.3, np.nextafter(1 / 3, 1), 12345678.900000002, np.nan, np.inf, 1 - 2**-53, -1e-17]
    one = pd.DataFrame({"family": "borging", "answers": range(7), "visible": values, "relevant": 0.2})
    written = []
    for table in (one, one.assign(visible=others)):
        write_result(table, WAVE, "planning")
        folder = compendium.results(WAVE)
        written.append([(folder / f"planning.{form}").read_bytes() for form in ("parquet", "csv")])
    assert written[0] == written[1]
    pd.testing.assert_frame_equal(read_result(WAVE, "planning").drop(columns=ROW), one, rtol=1e-10, check_dtype=False)

"""Words of a result are read with it; a sheet without a head tells its parts last."""

import io
from pathlib import Path

import openpyxl
import pytest

from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.scales import Language
from sto_workbench.attack.opened import Piece
from sto_workbench.attack.read import read_release
from sto_workbench.attack.readable import texts
from sto_workbench.attack.words import Words


@pytest.mark.parametrize(
    "line",
    [
        "computed.urgency_later.teachers,synthetic-2024,Urgency: teachers,88%",
        '"Urgency 2024: teachers","Computed","88%","computed.urgency_later.teachers","value","","SYNTHETIC"',
        "Table 16 ; Urgency: teachers ; 88% ; computed.urgency_later.teachers",
    ],
)
def test_words_in_a_row_of_results_are_of_the_result_that_it_names(line: str):
    """Not of the aspect that the row names too: a share of the panel is none of all regions."""
    (found,) = Words(read_codebook()).numbers([Piece("results/backtest.csv", line.encode())])
    assert (found.result, found.part, found.value) == ("share.urgency_later.teachers", "value", 0.88)


def test_a_row_of_a_sheet_without_a_head_tells_its_part_behind_its_result(tmp_path: Path):
    book, whole = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Tabel 13", "Vorm van borging", "n", "34/51", "count.borging.insight_results", "value", 34])
    book.save(whole)
    (tmp_path / "a.xlsx").write_bytes(whole.getvalue())
    (found,) = read_release(tmp_path).numbers
    assert (found.result, found.part, found.value) == ("count.borging.insight_results", "value", 34)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_item_is_known_by_its_name_as_a_text_is_read(language: Language):
    """Not by the name of another that is a part of it: of the grade of teachers an ellipsis is read as three points."""
    for item in read_codebook().items.values():
        (read,) = texts(Piece("a.txt", f"A – {item.label(language)} 50%".encode()))
        assert Words(read_codebook()).concept(read) == (item.concept or item.id), read

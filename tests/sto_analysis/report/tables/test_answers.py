"""All items with their answers."""

import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report import tables
from sto_analysis.report.language import Texts

NL = Texts("nl")
EN = Texts("en")


def _spread(question: str, concept: str, shares: list[float]) -> pd.DataFrame:
    rows = pd.DataFrame({"position": range(len(shares)), "share": shares, "base": 51})
    return rows.assign(question=question, concept=concept)


def test_items_show_their_bands_and_in_english_reports_a_gloss(codebook: Codebook):
    spread = pd.concat(
        [
            _spread("urgency", "teachers", [0.1, 0.1, 0.2, 0.3, 0.3]),
            _spread("borging", "communication", [0.3, 0.3, 0.4]),
        ]
    )
    nl, en = (tables.items_table(t, codebook, spread).iloc for t in (NL, EN))
    assert nl[0].tolist() == ["Voldoende techniekdocenten", "Urgentie", "20%", "20%", "60%", "51"]
    assert nl[1, 2:].tolist() == ["30%", "–", "70%", "51"]
    assert en[0, :2].tolist() == ["Voldoende techniekdocenten", "Enough technology teachers"]


def test_a_distribution_has_a_column_for_every_answer(codebook: Codebook):
    table = tables.distribution_table(NL, codebook, _spread("yield", "image", [0, 0, 0.25, 0.25, 0.5]))
    assert table.columns[1:].tolist() == [*codebook.level_labels("yield", "nl"), "n"]
    assert table.iloc[0, 1:].tolist() == ["0%", "0%", "25%", "25%", "50%", "51"]

"""One region beside all."""

import numpy as np
import pandas as pd

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.report import tables
from sto_analysis.report.language import Texts

NL = Texts("nl")


def test_a_region_without_answer_has_no_own_answers(codebook: Codebook):
    shares = pd.DataFrame({"concept": list(codebook.aspects), "share": 0.5, "base": 51})
    both = {"urgency": shares, "yield": shares}
    assert not any("Eigen" in column for column in tables.own_table(NL, codebook, None, both))
    own = pd.Series(dict.fromkeys(codebook.asked("yield").values(), "much"))
    own = own.reindex([*own.index, *codebook.asked("urgency").values()])
    table = tables.own_table(NL, codebook, own, both)
    assert set(table["Eigen opbrengst"]) == {"veel opbrengst"}
    assert set(table["Eigen urgentie"]) == {"geen antwoord"}


def _spread(concepts: list[str], shares: list[float]) -> pd.DataFrame:
    rows = [(c, p, share, 51) for c in concepts for p, share in enumerate(shares)]
    return pd.DataFrame(rows, columns=["concept", "position", "share", "base"])


def test_forms_stand_beside_every_level_of_all_regions(codebook: Codebook):
    spread = _spread(list(codebook.borging_forms), [0.1, 0.4, 0.5])
    own = pd.Series(dict.fromkeys(codebook.asked("borging").values(), "arranged"))
    table = tables.forms_table(NL, codebook, own, spread)
    assert table.iloc[0, 1:].tolist() == ["geregeld", "10%", "40%", "50%", "51"]
    assert tables.forms_table(NL, codebook, None, spread).shape[1] == table.shape[1] - 1


def test_context_says_how_many_regions_have_the_same(codebook: Codebook):
    spread = _spread(list(codebook.context_variables), [0.2, 0.3, 0.5])
    region = pd.Series({**dict.fromkeys(codebook.context_variables, 1.0), "krimp": np.nan})
    table = tables.context_table(NL, codebook, region, spread)
    assert table.iloc[0, 1:].tolist() == ["midden", "30%", "51"]
    assert table.iloc[1, 1:].tolist() == ["–", "–", "51"]

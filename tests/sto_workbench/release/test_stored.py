from pathlib import Path

import pandas as pd
from pyarrow import parquet

from sto_analysis.results import read_result
from sto_workbench.release.stored import of_csv, to_csv, to_parquet


def test_a_store_comes_back_from_its_csv_as_it_was(finished: Path, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("STO_ROOT", str(finished))
    folder = finished / "data" / "processed" / "synthetic-2024" / "results"
    for path in sorted(folder.glob("*.parquet")):
        held = parquet.ParquetFile(path).read()
        back = of_csv(to_csv(held.to_pandas()))
        to_parquet(back, {}, tmp_path / path.name)
        again = parquet.ParquetFile(tmp_path / path.name).read().to_pandas().drop(columns="read")
        pd.testing.assert_frame_equal(again, held.to_pandas().drop(columns="read"), check_dtype=False)
    assert len(read_result("synthetic-2024", "shares")) > 30


def test_an_empty_text_is_no_missing_one_and_a_formula_is_quiet():
    table = pd.DataFrame(
        {"id": ["a.b", "c.d", "e.f"], "reason": ["", None, "=1+1"], "value": [0.1, None, float("inf")]}
    )
    content = to_csv(table)
    assert b"'=1+1" in content
    assert of_csv(content)[["reason", "value"]].astype("object").where(
        lambda t: t.notna(), None
    ).to_numpy().tolist() == [
        ["", 0.1],
        [None, None],
        ["=1+1", float("inf")],
    ]

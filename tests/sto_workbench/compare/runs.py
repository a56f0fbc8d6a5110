"""A run of a few results, made up, to compare with others of its kind."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from sto_workbench.compare.run import Run, in_memory

PAGE = """<html lang="en"><body><header class="top"><h1>National report</h1></header><main id="main">
<h2>Urgency</h2><p>Of 51 regions <strong>88%</strong> find
<data value="0.88" data-result="share.a">88%</data> urgent.</p>
<figure><img src="data:image/png;base64,AAAA" alt="A bar of 88%."><figcaption>Figure 1. Shares.</figcaption></figure>
<ul><li>One point.</li><li>Another point.</li></ul>
<div class="table"><table><caption>Table 1. Shares.</caption><tr><th>Aspect</th><th>n</th></tr>
<tr><th>teachers</th><td class="num">51</td></tr><tr><th>image</th><td class="num">50</td></tr></table></div>
<dl><dt>Commit</dt><dd>abc</dd></dl></main></body></html>"""
ROW = {
    "id": "share.a", "table": "shares", "labels": "{}", "statistic": "share", "value": 0.88, "text": None, "low": 0.8,
    "high": 0.92, "n": 51.0, "unit": "share", "precision": 0.01, "status": None, "reason": None,
    "wave": "synthetic-2024", "method": "wilson", "notebook": "02_describe", "cell": "shares-table", "read": "",
}  # fmt: skip


def store(*rows: Mapping[str, Any]) -> bytes:
    """A table of results; each row differs from `ROW` in what is given."""
    table = pd.DataFrame([ROW | dict(row) for row in rows])
    texts = ["text", "status", "reason"]
    table[texts] = table[texts].astype("str")
    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def made(*rows: Mapping[str, Any], name: str = "a run", page: str = PAGE, **files: bytes) -> Run:
    """A run with these results."""
    told = json.dumps({"wave": "synthetic-2024", "records": {}}).encode()
    pages = {f"pages/{language}.html": page.encode() for language in ("nl", "en")}
    return in_memory(
        name, "synthetic-2024", {"run.json": told, "results/shares.parquet": store(*rows), **pages, **files}
    )

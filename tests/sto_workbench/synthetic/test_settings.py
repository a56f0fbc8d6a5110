"""The generator's settings are checked."""

from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.synthetic.settings import read_settings

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("panel: 42", "panel: 20", "exceed the number"),
        ("krimp: [0.60, 0.40]", "krimp: [0.60, 0.60]", "shares sum to 1.2"),
        ("family: borging", "family: weather", "'borging' or 'context'"),
        ("with_yields: 0.45", "with_yields: 0.50", "its square exceeds 0.24"),
        ("form: insight_results", "form: structures_systems", "this form has an effect"),
    ],
)
def test_contradicting_settings_are_refused(tmp_path, before, after, message):
    text = (ROOT / "data" / "synthetic.yaml").read_text()
    assert before in text
    (tmp_path / "synthetic.yaml").write_text(text.replace(before, after, 1))
    with pytest.raises(Problems, match=message):
        read_settings(tmp_path / "synthetic.yaml")

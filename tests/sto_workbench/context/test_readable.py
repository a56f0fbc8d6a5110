"""The context as reports tell it: how it was measured, with which cut-offs, and of which edition."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_workbench.cli import main_group
from sto_workbench.context.readable import readable
from sto_workbench.context.table import context_path
from tests.sto_workbench.context.test_wave import WAVE, made

__all__ = ["made"]


def _read(made: Path) -> dict:
    CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    table = readable(WAVE)
    assert table is not None
    return table.set_index(["variable", "region"]).to_dict("index")


def test_each_row_has_its_unit_cuts_and_source_in_both_languages(made: Path):
    found = _read(made)
    krimp, judged = found["krimp", "R01"], found["commitment", "R02"]
    assert (krimp["form"], krimp["falling"], [*krimp["cuts"]]) == ("share", True, [-0.05])
    assert found["employment", "R01"]["form"] == "number" and judged["form"] == judged["unit_nl"] == ""
    sources = yaml.safe_load((made / "sources.yaml").read_text())["files"]
    one = sources["pupils-2019.csv"]["source"]
    assert krimp["source_nl"].startswith(f"{one}, 2019-2020") and "2024-2025" in krimp["source_en"]
    assert "met deze regel: Our rule" in judged["source_nl"] and "by this rule: Our rule" in judged["source_en"]


def test_what_is_provisional_says_so(made: Path):
    path = made / "sources.yaml"
    path.write_text(path.read_text().replace("kind: uwv_spanning", "kind: uwv_spanning\n    provisional: true"))
    row = _read(made)["employment", "R01"]
    assert row["source_nl"].endswith("2024 Q4 (voorlopig)") and row["source_en"].endswith("2024 Q4 (provisional)")


def test_without_context_csv_there_is_nothing_and_without_the_files_that_say_how_it_is_said(made: Path):
    assert readable(WAVE) is None
    CliRunner().invoke(main_group, ["context", WAVE], catch_exceptions=False)
    context_path(WAVE).with_name("context.yaml").unlink()
    with pytest.raises(Problems, match=r"context\.yaml"):
        readable(WAVE)

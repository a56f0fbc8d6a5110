"""The Dutch text beside a notebook."""

import pytest

from sto_analysis.monitor.translation import read_translation


def test_a_text_is_found_by_the_id_of_its_cell():
    assert read_translation("05_national_report")["summary"] == "## In het kort"


def test_a_notebook_without_dutch_beside_it_is_named():
    with pytest.raises(FileNotFoundError, match=r"02_describe.nl.yaml"):
        read_translation("02_describe")

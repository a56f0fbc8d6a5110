import io
import math
import zipfile

import pandas as pd
import pytest

from sto_workbench.verify.compared import contents, numbers


def table(value: float, unit: str = "share", **more: object) -> pd.DataFrame:
    told = {"id": "share.a", "value": value, "low": math.nan, "high": math.nan, "n": 51.0, "unit": unit, "text": None}
    return pd.DataFrame([told | more])


@pytest.mark.parametrize(
    ("known", "made", "unit", "word"),
    [
        (0.25, 0.25, "share", "equal"),
        (0.25, 0.2500000000001, "share", "equal"),
        (0.25, 0.2549, "share", "within tolerance"),
        (0.25, 0.256, "share", "different"),
        (0.031, 0.0312, "p", "within tolerance"),
        (0.031, 0.032, "p", "different"),
        (12.0, 13.0, "count", "different"),
        (12.0, math.nan, "count", "different"),
        (math.inf, math.inf, "ratio", "equal"),
    ],
)
def test_a_number_is_equal_within_tolerance_or_different(known: float, made: float, unit: str, word: str):
    found = {each.what: each.word for each in numbers(table(known, unit), table(made, unit), "f")}
    assert found["f: share.a (value)"] == word
    assert found["f: share.a (n)"] == "equal"


def test_what_is_missing_on_one_side_and_a_text_that_differs_are_named():
    found = [*numbers(table(0.1), table(0.1).assign(id="share.b"), "f")]
    assert [(each.what, each.word) for each in found] == [("f: share.a", "different"), ("f: share.b", "different")]
    (said,) = [e for e in numbers(table(0.1, text="x"), table(0.1, text="y"), "f") if "text" in e.what]
    assert (said.word, said.why) == ("different", "x in the release, y made again")


def office(text: str, date: str = "1") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as pack:
        pack.writestr("word/document.xml", f"<w><t>{text}</t></w>")
        pack.writestr("docProps/core.xml", f"<d>{date}</d>")
    return whole.getvalue()


@pytest.mark.parametrize(
    ("name", "known", "made", "word"),
    [
        ("a.html", b"<p>12</p>", b"<p>12</p>\n", "equal"),
        ("a.html", b"<p>12</p>", b"<p>13</p>", "different"),
        ("a.html", b'<data value="1">x</data>', b'<data value="2">x</data>', "different"),
        ("a.html", b'<img alt="1">', b'<img alt="2">', "different"),
        ("a.docx", office("12"), office("12", date="2"), "equal"),
        ("a.docx", office("12"), office("13"), "different"),
        ("a.docx", b"no zip", office("13"), "different"),
        ("a.csv", b"1\n", b"2\n", "different"),
        ("a.png", b"1", b"2", "different"),
        ("a.png", b"1", b"1", "equal"),
    ],
)
def test_a_file_is_equal_by_its_bytes_or_by_what_people_read_in_it(name: str, known: bytes, made: bytes, word: str):
    assert contents(name, known, made).word == word


def test_the_place_where_two_files_part_is_told():
    assert contents("a.md", b"one\ntwo 2\n", b"one\ntwo 3\n").why == "“two 2” in the release, “two 3” made again"

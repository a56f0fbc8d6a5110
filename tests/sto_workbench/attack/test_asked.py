"""Folders with a hole are seen through; the same folders without it are not."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from sto_analysis.analysis.change import exact_mcnemar
from sto_analysis.analysis.shares import wilson
from sto_analysis.errors import Problems
from sto_workbench.attack.asked import Asked, asked, given_away
from sto_workbench.attack.command import attack

WAVE, TEACHERS = "synthetic-2024", "urgency.teachers"
Row = tuple[str, object, object, object, object]


def _store(rows: list[Row]) -> str:
    """The CSV of a table of results: id, value, low, high, n."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "wave", "value", "low", "high", "n"])
    for id_, *told in rows:
        writer.writerow([id_, WAVE, *told])
    return out.getvalue()


def _share(row: str, count: int, size: int = 51) -> Row:
    return (f"share.{row}", round(count / size, 2), "", "", size)


def _zip(document: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        whole.writestr("word/document.xml", document)
    return out.getvalue()


BASE = [_share(f"{TEACHERS}.top", 30)]
PANEL: list[Row] = [
    (f"difference.{TEACHERS}.synthetic-2021", "", "", "", 42),
    (f"earlier.{TEACHERS}.synthetic-2021", 34, "", "", ""),
    (f"share.{TEACHERS}.synthetic-2021", 0.75, "", "", 52),
]
PAGE = '<html><head><meta name="sto-wave" content="synthetic-2024"></head><body>{}</body></html>'


def _told(folder: Path, files: dict[str, str | bytes], **options: object) -> Asked:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    given: dict[str, object] = {"knows": None, "minimum": 3, "judged": False, "everything": False} | options
    return asked([folder], given.pop("knows"), given.pop("minimum"), **given)  # type: ignore[arg-type]


def _book(rows: list[tuple[object, ...]], hidden: bool) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("numbers")
    sheet.sheet_state = "hidden" if hidden else "visible"
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


ENDS = [round(end, 4) for end in wilson(1, 51, 78)]
HOLES: dict[str, tuple[dict[str, str | bytes], str, int]] = {
    "a total": ({"b.csv": _store([_share(f"{TEACHERS}.band.middle", 19)])}, "2024: position 0,1", 2),
    "a page": (
        {"r.html": PAGE.format(f'<data data-result="share.{TEACHERS}.0" value="0.01961">2%</data>')},
        "2024: position 0", 1,
    ),
    "a sheet": ({"n.xlsx": _book([("result", "part", "value"), (f"share.{TEACHERS}.0", "value", 0.0196)], True)},
                "2024: position 0", 1),
    "an interval": ({"i.csv": _store([(f"share.{TEACHERS}.0", "", *ENDS, 51)])}, "2024: position 0", 1),
    "an object": ({"o.json": f'[{{"id": "share.{TEACHERS}.0", "value": 0.02}}]'}, "2024: position 0", 1),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_folder_with_a_hole_gives_a_small_group_away(tmp_path: Path, hole: str):
    files, name, count = HOLES[hole]
    clean = _told(tmp_path, {"a.csv": _store(BASE)})
    assert clean.findings == []
    found = {each.name: each for _, each in _told(tmp_path, files).findings}
    told = found[f"synthetic-{name}"]
    assert (told.low, told.high) == (count, count)
    assert any(source.endswith(next(iter(files))) or next(iter(files)) in source for source in told.sources)


TOLD: dict[str, tuple[dict[str, str | bytes], int]] = {
    "an alt text": ({"r.html": PAGE.format('<img alt="Staven. Docenten: helemaal niet urgent 2%.">')}, 1),
    "a sentence": ({"r.html": PAGE.format("<p>Twee regio's vinden Docenten helemaal niet urgent.</p>")}, 2),
    "a table in Word": (
        {
            "r.docx": _zip(
                "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Aspect</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>helemaal niet "
                "urgent</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>Docenten</w:t></w:r></w:p></w:tc><w:tc>"
                "<w:p><w:r><w:t>2%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            )
        },
        1,
    ),
    "the length of a bar": (
        {
            "f.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text x="100" y="200">0</text>'
            '<text x="200" y="200">50</text><text x="300" y="200">100</text>'
            '<text x="10" y="50">Docenten: helemaal niet urgent</text>'
            '<rect x="100" y="44" width="3.92" height="12"/></svg>'
        },
        1,
    ),
}


@pytest.mark.parametrize("hole", TOLD)
def test_what_is_told_in_words_and_pictures_is_read(tmp_path: Path, hole: str):
    files, count = TOLD[hole]
    assert _told(tmp_path, {"a.csv": _store(BASE)}).findings == []
    found = {each.name: each for _, each in _told(tmp_path, files).findings}
    told = found["synthetic-2024: position 0"]
    assert (told.low, told.high) == (count, count)


def test_words_that_contradict_the_results_are_taken_for_misunderstood(tmp_path: Path):
    files: dict[str, str | bytes] = {"a.csv": _store(BASE), "r.html": PAGE.format("<p>(Heel) urgent: Docenten 4%</p>")}
    assert _told(tmp_path, files).findings == []


def test_p_and_n_of_a_pair_give_those_who_moved_away(tmp_path: Path):
    p = round(exact_mcnemar(2, 12), 3)
    rows = [*BASE, *PANEL, (f"later.{TEACHERS}.synthetic-2021", 24, "", "", "")]
    with_p = [*rows, (f"p.{TEACHERS}.synthetic-2021", p, "", "", "")]
    name = "synthetic-2024: position 3,4, from another in synthetic-2021"
    assert name not in {e.name for _, e in _told(tmp_path, {"a.csv": _store(rows)}).findings}
    found = {each.name: each for _, each in _told(tmp_path, {"a.csv": _store(with_p)}).findings}
    assert (found[name].low, found[name].high) == (2, 2)


def test_the_mean_of_grades_gives_the_odd_one_out_away(tmp_path: Path):
    row = "grade.teachers_valued"
    shown = [_share(f"{row}.{place}", count, 48) for place, count in ((6, 20), (7, 27))]
    assert "synthetic-2024: position 0" not in {
        e.name for _, e in _told(tmp_path, {"a.csv": _store([*shown, *BASE])}).findings if e.exact
    }
    mean = round((20 * 7 + 27 * 8 + 1) / 48, 2)
    found = _told(tmp_path, {"b.csv": _store([(f"mean.{row}", mean, "", "", 48)])}).findings
    exact = {each.name: each.low for _, each in found if each.item == row and each.exact}
    assert exact["synthetic-2024: position 0"] == 1


def test_an_insider_may_know_a_group_of_which_enough_others_remain(tmp_path: Path):
    rows = [*BASE, _share(f"{TEACHERS}.band.low", 4)]
    own = tmp_path / "own.csv"
    own.write_text("item,answer\nurgency_teachers,little_urgent\n")
    folder = tmp_path / "r"
    assert _told(folder, {"a.csv": _store(rows)}).findings == []
    assert _told(folder, {"a.csv": _store(rows)}, knows=own).findings == []
    fewer = [*BASE, _share(f"{TEACHERS}.band.low", 3)]
    assert ("outsider", 3, 3) in [
        (w, e.low, e.high) for w, e in _told(folder, {"a.csv": _store(fewer)}, knows=own).findings
    ]


def test_the_minimum_of_a_release_is_what_its_rules_say(tmp_path: Path):
    files: dict[str, str | bytes] = {"a.csv": _store([*BASE, _share(f"{TEACHERS}.band.low", 4)])}
    assert {*_told(tmp_path, files, minimum=None).minima.values()} == {3}
    told = _told(tmp_path, files | {"disclosure.yaml": "preset: x\nrules:\n  minimum: 5\n"}, minimum=None)
    assert (*told.minima.values(), len([e for _, e in told.findings if e.exact])) == (5, 1)


def _released(folder: Path, minimum: int, rows: list[Row]) -> Path:
    _told(folder, {"a.csv": _store(rows), "disclosure.yaml": f"minimum: {{value: {minimum}}}\n"})
    return folder


def test_a_release_answers_for_what_it_adds_to_those_of_other_presets(tmp_path: Path):
    first = _released(tmp_path / "2024" / "1", 3, [*BASE, _share(f"{TEACHERS}.band.low", 5)])
    same = _released(tmp_path / "2024" / "2", 10, BASE)
    more = _released(tmp_path / "2024" / "3", 10, [*BASE, _share(f"{TEACHERS}.0", 4)])
    assert given_away([first]) == given_away([first, same]) == ""
    assert "position 0: 4 of 51; from 2024/3/a.csv" in given_away([first, same, more])
    together = asked([first, same], None, None, judged=False, everything=False)
    assert "position 0,1: 5 of 51; from 2024/1/a.csv" in "\n".join(together.lines())
    assert together.lines()[-1].endswith("the most of those that told of it: 3 in 2024/1, 10 in 2024/2).")


def test_a_release_of_another_wave_does_not_make_one_stricter(tmp_path: Path):
    other = [_share(f"{TEACHERS}.band.low", 5)]
    strict = tmp_path / "2030" / "1"
    strict.mkdir(parents=True)
    (strict / "a.csv").write_text(_store([_share(f"{TEACHERS}.top", 30)]).replace(WAVE, "synthetic-2030"))
    (strict / "disclosure.yaml").write_text("minimum: {value: 10}\n")
    assert given_away([strict, _released(tmp_path / "2024" / "1", 3, [*BASE, *other])]) == ""


def test_the_command_reads_zips_and_fails_when_it_succeeds(tmp_path: Path):
    for name, rows in {"fine": BASE, "open": [*BASE, _share(f"{TEACHERS}.0", 1)]}.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as whole:
            whole.writestr("1/results/shares.csv", _store(rows))
    calls = {name: CliRunner().invoke(attack, [str(tmp_path / f"{name}.zip"), "--all"]) for name in ("fine", "open")}
    assert {name: call.exit_code for name, call in calls.items()} == {"fine": 0, "open": 1}
    assert (
        "EXACT (outsider): urgency.teachers, synthetic-2024: position 0: 1 of 51; from open.zip" in calls["open"].output
    )
    assert "position 0: 0 to 21 of 51" in calls["fine"].output


def test_numbers_that_no_answers_could_give_are_a_named_problem(tmp_path: Path):
    rows = [*BASE, _share(f"{TEACHERS}.band.low", 30)]
    with pytest.raises(Problems, match="no answers could give all numbers"):
        _told(tmp_path, {"a.csv": _store(rows)})

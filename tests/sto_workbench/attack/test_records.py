"""What one respondent answered is found under the names of items, without its region."""

import json

import pytest

from sto_workbench.attack.patterns import words_of
from sto_workbench.attack.readable import plain
from sto_workbench.attack.records import Records
from sto_workbench.attack.secrets import Secrets

ITEMS = {
    "teachers": ("v1", "Docenten, nu"), "image": ("v2", "Imago"), "inflow": ("v3", "Instroom"),
    "cost": ("v4", "Kosten: wat… het kost"), "space": ("v5", "Ruimte"), "time": ("v6", "Tijd"),
    "tools": ("v7", "Gereedschap"), "links": ("v8", "Netwerk"),
}  # fmt: skip
LEVELS = {"low": ("low", "1", "weinig"), "some": ("some", "2", "enige"), "high": ("high", "3", "veel, heel veel")}
MINE = dict(zip(ITEMS, ("low", "some", "high", "high", "some", "low", "high", "some"), strict=True))
OTHER = dict.fromkeys(ITEMS, "some")
RECORDS = Records(Secrets(({"R1": MINE, "R2": OTHER},), spelled=dict.fromkeys(ITEMS, LEVELS), items=ITEMS))
ORDER = ("links", "cost", "image", "teachers", "space")
CODED = (*ORDER, "time", "tools", "inflow")


def _found(records: Records, text: str) -> list[str]:
    read = plain(text)
    return [*records.found(read, {*words_of(read)})]


def _row(names: tuple[str, ...], way: int, sign: str) -> str:
    told = (LEVELS[MINE[name]][way] for name in names)
    return sign.join(f'"{each}"' if "," in each else each for each in told)


@pytest.mark.parametrize(
    "text",
    [
        ",".join(ORDER) + "\n" + _row(ORDER, 0, ","),
        "id;" + ";".join(ITEMS[name][0] for name in CODED) + "\n17;" + _row(CODED, 1, ";").replace("2", "2.0"),
        ",".join(f'"{ITEMS[name][1]}"' for name in ORDER) + "\n" + _row(ORDER, 2, ","),
        " ; ".join(ORDER) + "\nsome ; low ; low ; low ; low\n" + _row(ORDER, 0, " ; "),
        json.dumps([dict.fromkeys(ORDER, "low"), {name: MINE[name] for name in ORDER}]),
        json.dumps({"answers": {name: int(LEVELS[MINE[name]][1]) for name in CODED}}, indent=2),
        "\n".join(f"{name}: {MINE[name]}" for name in ORDER),
        "\n".join(f"{ITEMS[name][0]} ; low ; {LEVELS[MINE[name]][0]}" for name in ORDER),
        "\n".join(f"{ITEMS[name][1]} = {MINE[name]}\n" for name in ORDER),
        json.dumps({ITEMS[name][1]: MINE[name] for name in ORDER}, ensure_ascii=False),
        "moment,noot," + ",".join(ORDER) + '\n2024-11-27 10:03,"a, b",' + _row(ORDER, 2, ","),
        ",".join(ORDER) + "\r" + _row(ORDER, 0, ",") + ',"a b"\r',
        "\n".join(f"{name};{level}" for row in (MINE, OTHER) for name, level in row.items()),
        "  ".join(ORDER) + "\n" + "   ".join(MINE[name] for name in ORDER),
        "image\tcost\tlinks\ttime\tspace\tinflow\nsome\thigh\tsome\tlow\t\thigh",
    ],
)
def test_whatever_the_order_and_the_table(text: str):
    (told,) = _found(RECORDS, f"before\n{text}\nbehind")
    assert len(told.split("; ")) >= 5


@pytest.mark.parametrize(
    "text",
    [
        ",".join(ORDER) + "\nsome,high,some,low,low",  # nobody answered so
        "teachers,image,cost\nlow,some,high",  # too few
        ",".join(CODED[:7]) + "\n" + _row(CODED[:7], 1, ","),  # too few numbers
        "teachers,image,cost,space,time\n1,2,3,2,·",  # nor by what stands beside them
        ",".join(ORDER) + "\n" + ",".join(OTHER[name] for name in ORDER),  # all the same
        "",
    ],
)
def test_what_is_nobodys_is_none(text: str):
    assert _found(RECORDS, text) == []


def test_a_name_that_two_items_share_is_that_of_either():
    items = {name: ("x", *told) for name, told in ITEMS.items()} | {f"{name}_2": told for name, told in ITEMS.items()}
    shared = Secrets(({"R1": MINE},), spelled=dict.fromkeys(items, LEVELS), items=items)
    labels = [ITEMS[name][0] for name in ORDER]
    assert _found(Records(shared), ",".join(labels) + "\n" + _row(ORDER, 0, ","))


def test_an_answer_that_is_missing_says_nothing_against_it():
    row = {name: level for name, level in MINE.items() if name != "cost"}
    records = Records(Secrets(({"R1": row},), spelled=dict.fromkeys(ITEMS, LEVELS), items=ITEMS))
    assert _found(records, ",".join(ORDER) + ",inflow\nsome,don't know,some,low,some,high")

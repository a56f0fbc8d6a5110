"""Public files as other years, programs and accidents would have them."""

import csv
import io
import random
from collections.abc import Callable

Rows = list[list[str]]
Mutation = Callable[[random.Random, Rows], None]


def _older(rng: random.Random, rows: Rows) -> None:
    old = {"INSTELLINGSCODE": "BRIN NUMMER", "VESTIGINGSCODE": "VESTIGINGSNUMMER"}
    where = rows[0].index("VESTIGINGSCODE") if "VESTIGINGSCODE" in rows[0] else None
    rows[0] = [old.get(name, name) for name in rows[0]]
    for row in rows[1:] if where is not None else []:
        if len(row) > where and len(row[where]) == 6:
            row[where] = str(int(row[where][4:]))


def _spoil(rng: random.Random, rows: Rows) -> None:
    row = rng.choice(rows[1:])
    row[rng.randrange(len(row))] = rng.choice(
        ["x", "-3", "5,5", "1.234", "", " ", "<6", "3", "=1+1", "\x1b[2J", "Totaal?", "<b>", "1e5"]
    )


def _again(rng: random.Random, rows: Rows) -> None:
    row = [*rng.choice(rows[1:])]
    row[9 % len(row)] += rng.choice(["", "1"])
    rows.insert(rng.randint(1, len(rows)), row)


def _total(rng: random.Random, rows: Rows) -> None:
    rows.append(["Totaal", *[""] * (len(rows[0]) - 2), "1234"])


def _swap(rng: random.Random, rows: Rows) -> None:
    order = rng.sample(range(len(rows[0])), len(rows[0]))
    if {*map(len, rows)} == {len(order)}:
        rows[:] = [[row[at] for at in order] for row in rows]


def _lose(rng: random.Random, rows: Rows) -> None:
    at = rng.randrange(max(map(len, rows)))
    rows[:] = [row[:at] + row[at + 1 :] for row in rows]


def _tear(rng: random.Random, rows: Rows) -> None:
    row = rng.choice([row for row in rows if len(row) > 2])
    del row[rng.randrange(1, len(row)) :]


def _pad(rng: random.Random, rows: Rows) -> None:
    rows[1:] = [[f"{cell}   " if rng.random() < 0.5 else f" {cell}" for cell in row] for row in rows[1:]]


def _blank_lines(rng: random.Random, rows: Rows) -> None:
    rows.insert(rng.randint(1, len(rows)), [""] * len(rows[0]))
    rows.append(["Bron: DUO"])


def _title(rng: random.Random, rows: Rows) -> None:
    rows[:0] = [["Open onderwijsdata"], [""]][: rng.randint(1, 2)]


def _shuffle(rng: random.Random, rows: Rows) -> None:
    rows[1:] = rng.sample(rows[1:], len(rows) - 1)


def _small_letters(rng: random.Random, rows: Rows) -> None:
    rows[0] = [name.lower().replace(" ", rng.choice(["_", " ", "-", ""])) for name in rows[0]]


def _more(rng: random.Random, rows: Rows) -> None:
    rows[:] = [[*row, "NIEUW" if not at else "7"] for at, row in enumerate(rows)]


def _column_twice(rng: random.Random, rows: Rows) -> None:
    at = rng.randrange(len(rows[0]))
    rows[:] = [[*row, *row[at : at + 1]] for row in rows]


MUTATIONS: list[Mutation] = [
    _older, _spoil, _spoil, _spoil, _again, _total, _swap, _lose, _tear, _pad, _blank_lines, _title, _shuffle,
    _small_letters, _more, _column_twice,
]  # fmt: skip


def mutant(content: bytes, seed: int) -> bytes:
    """A file with one to three changes, in some encoding, with some separator, quotation and line end; or cut off."""
    rng = random.Random(seed)
    rows = list(csv.reader(io.StringIO(content.decode("cp1252"), newline=""), delimiter=";"))
    for change in rng.sample(MUTATIONS, rng.randint(1, 3)):
        change(rng, rows)
    out = io.StringIO(newline="")
    quoting = rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    how = {"delimiter": rng.choice(";,\t|"), "lineterminator": rng.choice(["\n", "\r\n"]), "quoting": quoting}
    csv.writer(out, **how).writerows(rows)
    made = out.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    if rng.random() < 0.1:
        made = made.rstrip()[: -rng.randint(3, 30)]
    if rng.random() < 0.05:
        made = made.replace(b'"', b"", 1) if quoting == csv.QUOTE_ALL else made + b'"'
    return made

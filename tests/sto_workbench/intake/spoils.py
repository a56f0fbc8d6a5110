"""What spoils a delivery: the verbs of the tables of mistakes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from openpyxl import Workbook

from .mistakes import REGION, Delivery, Mistake, earlier, of

Spoil = Callable[[Delivery], object]
U, Y, A, G, B = (of(name) for name in ("urgency", "yield", "attention", "grade", "borging"))
ALL = [*U, *Y, *A, *G, *B, "v6_1"]


def put(columns: list[str], change: Callable[[pd.DataFrame], object]) -> Spoil:
    """Replace columns by what `change` makes of them."""

    def spoil(made: Delivery) -> None:
        cells = pd.DataFrame(np.asarray(change(made.table[columns].copy()), dtype=object).reshape(-1, len(columns)))
        made.table[columns] = cells.where(cells.notna(), None).to_numpy()

    return spoil


def coded(columns: list[str], told: dict[str, str]) -> Spoil:
    """Answers under other codes."""
    return put(columns, lambda cells: cells.replace(told))


def mapped(question: str, codes: dict[int, int]) -> Spoil:
    """What wave.yaml says of codes."""
    return lambda made: made.wave.setdefault("questions", {}).update({question: {"codes": codes}})


def other_way(least: int, most: int) -> dict[str, str]:
    return {str(code): str(least + most - code) for code in range(least, most + 1)}


def by(step: int, least: int, most: int) -> dict[str, str]:
    return {str(code): str(code + step) for code in range(least, most + 1)}


def labelled(columns: list[str], told: dict[float, str]) -> Spoil:
    return lambda made: made.answers.update({name: made.answers[name] | told for name in columns})


def taken(**columns: str) -> Spoil:
    """Items of wave.yaml under other columns, with or without the wording of those (``column`` or ``both``)."""

    def spoil(made: Delivery) -> None:
        items, told = made.wave["items"], {name: dict(source) for name, source in made.wave["items"].items()}
        for item, other in columns.items():
            keys = ("column", "wording") if other.endswith("+") else ("column",)
            items[item] |= {key: told[other.rstrip("+")][key] for key in keys}

    return spoil


def both(*spoils: Spoil) -> Spoil:
    return lambda made: [spoil(made) for spoil in spoils]


def rows(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Spoil:
    """Another table."""

    def spoil(made: Delivery) -> None:
        made.table = change(made.table.copy()).reset_index(drop=True)

    return spoil


def cell(row: int, column: str, value: object) -> Spoil:
    return lambda made: made.table.__setitem__(column, made.table[column].where(made.table.index != row, value))


def _then(columns: list[str]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Columns as the wave before had them, under the same ids where they answered."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        was = earlier().set_index(REGION)[columns].reindex(table[REGION])
        for name in columns:
            table[name] = was[name].fillna(pd.Series("3", was.index)).to_numpy()
        return table

    return change


def _replaced(count: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: pd.concat(
        [table[:-count], earlier()[:count].assign(**{REGION: table[REGION][-count:].to_numpy()})]
    )


def _exchanged(cells: pd.Series, one: int, other: int) -> pd.Series:
    return cells.replace({cells[one]: cells[other], cells[other]: cells[one]})


def m(kind: str, name: str, form: str, told: str, spoil: Spoil, why: str = "") -> Mistake:
    return Mistake(kind, name, form, told, spoil, why)


def told(**values: object) -> Spoil:
    """Lines of wave.yaml."""
    return lambda made: made.wave.update(values)


def item(name: str, **values: object) -> Spoil:
    """Lines of an item of wave.yaml."""
    return lambda made: made.wave["items"][name].update(values)


def under(*cells: object) -> Spoil:
    """A row below the answers."""
    return lambda made: made.below.append([*cells, *[None] * (len(made.table.columns) - len(cells))])


def row_of(change: Callable[[Delivery], list]) -> Spoil:
    return lambda made: made.below.append(change(made))


def framed(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Spoil:
    """Another frame."""
    return lambda made: setattr(made, "frame", change(made.frame.copy()))


def content(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda made: setattr(made, "written", change)


def book(change: Callable[[Workbook], object]) -> Spoil:
    return lambda made: setattr(made, "book", change)


def _second_sheet(workbook: Workbook) -> None:
    sheet = workbook.create_sheet("2021")
    sheet.append([found.value for found in workbook.worksheets[0][1]][: len(earlier().columns)])
    for cells in earlier()[earlier()[REGION] != "R79"].itertuples(index=False):
        sheet.append([int(text) if str(text).isdigit() else text if isinstance(text, str) else None for text in cells])


def _hidden(workbook: Workbook) -> None:
    for number in range(5, 20):
        workbook.worksheets[0].row_dimensions[number].hidden = True


def _merged(workbook: Workbook) -> None:
    workbook.worksheets[0].merge_cells("C5:C8")


def _set(place: str, value: object) -> Callable[[Workbook], None]:
    return lambda workbook: workbook.worksheets[0].__setitem__(place, value)


def _dropped(made: Delivery) -> None:
    source = made.wave["items"].pop("yield_image")
    made.wave["drop"] = {source["column"]: "not needed"}


def _without(made: Delivery) -> None:
    source = made.wave["items"].pop("yield_image")
    made.table = made.table.drop(columns=Y[2])
    assert source


def _roll(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    frame[[*columns]] = np.roll(frame[[*columns]].to_numpy(), 1, axis=0)
    return frame

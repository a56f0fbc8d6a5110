"""One named error for each thing that a user can get wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from itertools import chain, islice
from pathlib import Path
from typing import ClassVar


class StoError(Exception):
    """Anything that this package raises on purpose; its text is meant for the user."""


MOST_PROBLEMS = 5_000
"""That are told in one go."""
_LONGEST = {"what": 600, "todo": 400, "expected": 300, "file": 400}
"""Characters of a part of a message; 120 of any other."""


def shown(text: str, at_most: int = 600) -> str:
    """Return a text as a message may quote it: cut, on one line, what does not print as an escape.

    Parameters
    ----------
    text : str
        Such as a cell of a file, which may hold what a terminal obeys.
    at_most : int
        Characters.
    """
    cut = text if len(text) <= at_most else f"{text[: at_most - 1]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in cut)


def _relative(file: Path | str) -> str:
    """Shorten a path below the working directory, so that a message can be sent to somebody else."""
    path = Path(file)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.as_posix()


@dataclass
class Problem(StoError):  # noqa: N818
    """One thing that is wrong in what the user supplied, and where.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence.
    todo : str
        What the user can do about it.
    file : Path or str, optional
        The file in which it is wrong.
    sheet : str, optional
        Of a workbook.
    line, row : int, optional
        Line of a text file, or row of a table as a person counts it (first answer = row 1).
    column, value : str, optional
        Column of the table and the value found in it.
    expected : str, optional
        What would have been right.
    name : str
        In the catalogue of messages (see `sto_analysis.messages`): problems of one name are one mistake made often.
    """

    what: str
    todo: str
    file: Path | str | None = None
    sheet: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    name: str = field(default="", kw_only=True)
    lines: ClassVar[bool] = False
    """Whether what is wrong may take several lines."""

    @property
    def told(self) -> dict[str, str]:
        """Each part as a message shows it (see `shown`); empty where there is none."""
        out = {}
        for name in (part.name for part in fields(self) if part.name != "name"):
            found = "" if (value := getattr(self, name)) is None else str(value)
            parts = found.split("\n") if self.lines else [found]
            out[name] = "\n".join(shown(part, _LONGEST.get(name, 120)) for part in parts)
        return out

    def __str__(self) -> str:
        """One line: name, place, what, expected, to do."""
        told = self.told
        place = [shown(_relative(self.file), 300)] if self.file is not None else []
        for name in ("sheet", "line", "row", "column", "value"):
            found = getattr(self, name)
            if found is not None:
                place.append(f"{name} '{told[name]}'" if isinstance(found, str) else f"{name} {found}")
        where = f"{', '.join(place)}: " if place else ""
        expected = f" Expected: {told['expected']}." if self.expected else ""
        return f"{type(self).__name__}: {where}{told['what']}{expected} {told['todo']}"


class MissingFile(Problem):
    """A file that should be there is not."""


class UnreadableExport(Problem):
    """A questionnaire export that its reader cannot read."""


class DamagedExport(Problem):
    """A row or cell of an export that cannot be trusted: torn, swallowed, or without a value."""


class UnfinishedAnswer(Problem):
    """A row that is no answer: a preview, not finished, or without any."""


class InvalidDescription(Problem):
    """A YAML file (codebook, wave, generator) that contradicts its own rules."""


class MissingColumn(Problem):
    """A column that wave.yaml names and the file does not have."""


class UnknownCode(Problem):
    """An answer code that neither wave.yaml nor the codebook knows."""


class UntickedBoxes(Problem):
    """Boxes that were ticked or left blank, without a word on what a blank one stands for."""


class DuplicateRegion(Problem):
    """A region that stands in more than one row."""


class UnknownRegion(Problem):
    """A region that is not in the wave's frame."""


class LabelDisagrees(Problem):
    """A code that the file calls something else than wave.yaml takes it for."""


class WordingDisagrees(Problem):
    """A question that the file words otherwise than wave.yaml."""


class PersonalData(Problem):
    """A column that looks like personal data and is not dropped."""


class UnclaimedColumn(Problem):
    """A column of the export that no item takes and that is not dropped."""


class ToDo(Problem):
    """A line of wave.yaml that is still to be filled in."""


class UnknownWave(Problem):
    """A wave without a folder under data/raw."""


class UnknownNotebook(Problem):
    """A notebook that was asked for and is not in the plan."""


class UnknownParameter(Problem):
    """A notebook parameter that no notebook of the plan has."""


class WrongParameterType(Problem):
    """A notebook parameter whose value is not of the type that the notebook declares."""


class DamagedFigure(Problem):
    """A published cell that is damaged and was asked for in a calculation."""


class ParameterOutOfRange(Problem):
    """A notebook parameter whose value makes no sense."""


class SyntheticAsReal(Problem):
    """An export that calls itself synthetic in a wave that does not."""


class ConfidentialInGit(Problem):
    """A file that git tracks, or would track, though it may hold answers."""


class RealAsSynthetic(Problem):
    """An export in a synthetic wave that is not known to be made up."""


class MarginsOutOfReach(Problem):
    """Synthetic answers that cannot meet the published margins with these settings."""


class RunsAlready(Problem):
    """A run that was started while another one works on the same compendium."""


class MissingTool(Problem):
    """A program or package that was asked for and is not installed, or does not do its work."""


class NotSharedFolder(Problem):
    """A worker of a cluster that does not see the compendium where this machine has it."""


class ClusterLost(Problem):
    """A cluster whose scheduler died during a run."""


class NotMade(Problem):
    """A file that an earlier notebook makes, and that is not there."""


class NotDeclared(Problem):
    """A result that results.yaml does not declare."""


class UnknownResult(Problem):
    """A result that was asked for and is not in the store."""


class UnknownRun(Problem):
    """A run that is named and was not kept, or a folder that is none."""


class UnreadableRun(Problem):
    """A kept run, or one from elsewhere, that cannot be read or is no run."""


class NotCurrent(Problem):
    """What was to be handed out and is not up to date, or could not be made."""


class NotReleased(Problem):
    """A release that cannot be made or signed off, and why."""


class MissingText(Problem):
    """A text of the reports that stands in no catalogue, or a value in it that nobody gives."""


class NotebookFailed(Problem):
    """A notebook that raised an error while it ran."""

    lines = True


class Problems(StoError):  # noqa: N818
    """Everything that is wrong, in one go.

    Parameters
    ----------
    problems : iterable of Problem
        At least one; of more than `MOST_PROBLEMS` the first are kept.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(islice(problems, MOST_PROBLEMS + 1))
        if len(self.problems) > MOST_PROBLEMS:
            what, todo = f"there are more than these {MOST_PROBLEMS:,} problems.", "Mend these first."
            self.problems[-1] = Problem(what, todo)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Count and list the problems, one per line."""
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        return "\n".join([f"{head}:", *(f"- {problem}" for problem in self.problems)])

    @classmethod
    def raise_if(cls, problems: Iterable[Problem]) -> None:
        """Raise when there is at least one problem.

        Parameters
        ----------
        problems : iterable of Problem
            What was found.

        Raises
        ------
        Problems
            With all of them.
        """
        left = iter(problems)
        if first := list(islice(left, 1)):
            raise cls(chain(first, left))

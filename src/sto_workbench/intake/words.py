"""What survey tools call an answer, or why there is none."""

import re

from sto_analysis.monitor.codebook import Missing
from sto_analysis.monitor.scales import Level, Scale
from sto_analysis.monitor.spelling import answer_key
from sto_workbench.intake.marks import patterns


def reasons_in_words(missing: Missing) -> dict[str, str]:
    """Return words for a reason, in small letters → the reason."""
    also, reasons = patterns()["reasons"], missing.reasons.items()
    return {text.casefold(): name for name, told in reasons for text in (told.nl, told.en, name, *also.get(name, ()))}


def levels_in_words(scale: Scale) -> dict[str, Level]:
    """Return the label of each level in either language, as `answer_key` compares answers → the level."""
    return {answer_key(text): level for level in scale.levels for text in (level.nl, level.en)}


def has_words(scale: Scale) -> bool:
    """Whether the levels of a scale are more than their codes, which grades are not."""
    return any(level.nl != str(level.code) for level in scale.levels)


def label_key(label: str, code: str = "") -> str:
    """Make a label comparable, without the code (or any) where it stands before it: ``4 - urgent``, ``4. urgent``."""
    parts = re.fullmatch(r"\s*(-?\d+)\s*[-.:=)–]\s*(\S.*)", label)
    return answer_key(parts[2] if parts and (not code or answer_key(parts[1]) == answer_key(code)) else label)

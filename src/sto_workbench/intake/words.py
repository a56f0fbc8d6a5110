"""What survey tools call an answer, or why there is none."""

import re

from sto_analysis.monitor.codebook import Missing
from sto_analysis.monitor.scales import Level, Scale
from sto_analysis.monitor.spelling import answer_key

_ALSO = {
    "dont_know": ("weet ik niet", "geen idee", "geen mening", "do not know", "no opinion"),
    "refused": ("wil ik niet zeggen", "zeg ik liever niet", "prefer not to say"),
    "not_applicable": ("n.v.t.", "nvt", "n/a"),
}
"""Other words that survey tools use for a reason."""


def reasons_in_words(missing: Missing) -> dict[str, str]:
    """Return words for a reason, in small letters → the reason."""
    return {
        text.casefold(): name
        for name, reason in missing.reasons.items()
        for text in (reason.nl, reason.en, name, *_ALSO.get(name, ()))
    }


def levels_in_words(scale: Scale) -> dict[str, Level]:
    """Return the label of each level in either language, as `answer_key` compares answers → the level."""
    return {answer_key(text): level for level in scale.levels for text in (level.nl, level.en)}


def has_words(scale: Scale) -> bool:
    """Whether the levels of a scale are more than their codes, which grades are not."""
    return any(level.nl != str(level.code) for level in scale.levels)


def label_key(label: str, code: str) -> str:
    """Make a label comparable, without the code where it stands before it: ``4 - urgent``, ``4. urgent``."""
    parts = re.fullmatch(r"\s*(-?\d+)\s*[-.:=)–]\s*(\S.*)", label)
    return answer_key(parts[2] if parts and answer_key(parts[1]) == answer_key(code) else label)

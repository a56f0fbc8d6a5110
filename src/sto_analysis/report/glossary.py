"""Words of a report that are explained where they stand: what opens at them on a screen, and in brackets on paper."""

import re
from functools import cached_property

from markupsafe import Markup, escape

from sto_analysis.report.context import Context
from sto_analysis.report.language import catalogue

_TAG = re.compile("(<[^>]*>)")
_AGAIN = 6
"""After so many texts a word is explained again."""
_CLOSED = {"button", "a", "data"}
"""Elements whose words open something else, or are a number."""
_TERM = Markup(
    '<button popovertarget="what{}" class="term">{}</button><span popover id="what{}" class="panel meaning{}">'
    '<span class="paper"> (</span>{}<span class="paper">)</span></span>'
)


class Glossary:
    """The words that a page explains.

    Parameters
    ----------
    context : Context
        Its texts name general words (``glossary.<id>.term`` and ``.meaning``), its codebook the forms of borging and
        the context variables, which are explained by the words in which they were asked.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._used, self._texts, self._made = dict[str, int](), 0, 0

    @cached_property
    def _meanings(self) -> dict[str, str]:
        t, codebook = self._context.plain, self._context.codebook
        found = dict[str, str]()
        for kind in ("borging_forms", "context_variables"):
            full, short = (codebook.labels(kind, t.language, short=brief) for brief in (False, True))
            asked = {short[name]: t(f"glossary_asked.{kind}", full=full[name]) for name in full}
            found |= {name: meaning for name, meaning in asked.items() if name not in full.values()}
        words = [key.removesuffix(".term") for key in catalogue(t.language) if re.fullmatch(r"glossary\..*\.term", key)]
        found |= {t(f"{word}.term"): t(f"{word}.meaning") for word in words}
        return {name.lower(): meaning for name, meaning in found.items() if name}

    @cached_property
    def _words(self) -> re.Pattern[str]:
        longest = sorted(map(str, map(escape, self._meanings)), key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE)

    def explained(self, html: Markup) -> Markup:
        """Explain each word that was not explained shortly before; in brackets on paper where it is the page's first.

        Parameters
        ----------
        html : Markup
            Sentences; what stands in a button, a link or a number is left alone.
        """
        self._texts += 1
        within, parts = list[str](), list[str]()
        for part in _TAG.split(html):
            if part.startswith("<"):
                name = part.strip("</>").split(" ", 1)[0]
                if name in _CLOSED:
                    within = within[:-1] if part.startswith("</") else [*within, name]
            free = not within and not part.startswith("<")
            parts.append(self._words.sub(lambda found: self._term(found[0]), part) if free else part)
        return Markup("".join(parts))

    def _term(self, word: str) -> str:
        """One word with its meaning, unless it was told shortly before."""
        key = Markup(word).unescape().lower()
        last = self._used.get(key)
        if (last is not None and self._texts - last < _AGAIN) or key not in self._meanings:
            return word
        first, self._made = "" if last else " first", self._made + 1
        self._used[key] = self._texts
        return _TERM.format(self._made, Markup(word), self._made, first, self._meanings[key])

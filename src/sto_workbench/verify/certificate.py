"""The certificate of a release: one page that says what is equal, near, different or not checkable, and why."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from sto_analysis import compendium
from sto_analysis.errors import MissingTool
from sto_analysis.messages import LANGUAGE, say
from sto_workbench.verify.compared import TOLERANCE, Compared, Word
from sto_workbench.verify.environment import AS_LOCKED, ENVIRONMENT
from sto_workbench.verify.sums import SUMS, digest

WORDS: tuple[Word, ...] = ("equal", "within tolerance", "different", "not checkable")
_MOST = 25
"""Things named on the page; the JSON has all of them."""
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:10pt/1.4 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}}table{{border-collapse:collapse}}
td,th{{border-bottom:1px solid #999;padding:.15rem .6rem .15rem 0;text-align:left;vertical-align:top}}
td{{overflow-wrap:anywhere}}td.n{{text-align:right}}</style></head><body>
<h1>{title}</h1><p><strong>{verdict}</strong></p><p>{about}<br>{environment}</p>
<table><thead><tr><th>{head_word}</th><th>{head_count}</th></tr></thead><tbody>{counts}</tbody></table>
{lists}<p>{limits}</p></body></html>
"""


def passed(found: Sequence[Compared]) -> bool:
    """Whether nothing differs."""
    return not any(each.word == "different" for each in found)


def write_certificate(folder: Path, found: Sequence[Compared], out: Path, on: str) -> list[Path]:
    """Write the certificate of a release as HTML, JSON and, where there is a browser, PDF.

    Parameters
    ----------
    folder : Path
        Of the release.
    found : sequence of Compared
        All that was compared.
    out : Path
        Folder for the certificate.
    on : str
        Date.

    Returns
    -------
    list of Path
        What was written.
    """
    name = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    release = f"{name['wave']} {name['number']}"
    sums = digest(folder / SUMS)
    page = out / "certificate.html"
    told = {
        "release": release,
        "sums": sums,
        "date": on,
        "passed": passed(found),
        "tolerance": TOLERANCE,
        "counts": _counts(found),
        "compared": [asdict(each) for each in found],
    }
    written = [
        compendium.write_text(page, _page(release, sums, found, on)),
        compendium.write_text(out / "certificate.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n"),
    ]
    return written + _pdf(page)


def _pdf(page: Path) -> list[Path]:
    from sto_workbench.pages.pdf import to_pdf

    try:
        return [to_pdf(page, page.with_suffix(".pdf"))]
    except MissingTool:
        return []


def _counts(found: Sequence[Compared]) -> dict[str, int]:
    counted = Counter(each.word for each in found)
    return {word: counted[word] for word in WORDS}


def _page(release: str, sums: str, found: Sequence[Compared], on: str) -> str:
    counts = "".join(f'<tr><td>{_said(word)}</td><td class="n">{n}</td></tr>' for word, n in _counts(found).items())
    return _PAGE.format(
        language=LANGUAGE.get(),
        title=escape(say("verify.title", release=release)),
        verdict=say(f"verify.{'fine' if passed(found) else 'differs'}"),
        environment=escape(_locked(found)),
        about=escape(say("verify.about", sums=sums, date=on)),
        head_word=say("verify.how"),
        head_count=say("verify.count"),
        counts=counts,
        lists="".join(_listed(found, word) for word in WORDS[1:]),
        limits=say("verify.limits"),
    )


def _locked(found: Sequence[Compared]) -> str:
    """How many packages are as locked; it stands on the page also where all are."""
    told = (each.what for each in found if each.what.startswith(ENVIRONMENT) and AS_LOCKED in each.what)
    return next(told, "")


def _said(word: str) -> str:
    return say(f"verify.{word.replace(' ', '_')}")


def _listed(found: Sequence[Compared], word: Word) -> str:
    those = [each for each in found if each.word == word]
    rows = "".join(f"<tr><td>{escape(each.what)}</td><td>{escape(each.why)}</td></tr>" for each in those[:_MOST])
    more = f"<p>{say('verify.more', count=len(those) - _MOST)}</p>" if len(those) > _MOST else ""
    return f"<h2>{_said(word)}</h2><table><tbody>{rows}</tbody></table>{more}" if those else ""

"""The index page: what there is to read."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader

from sto_analysis import compendium
from sto_analysis.pipeline.batch import NOT_RUN
from sto_analysis.pipeline.execute import Outcome
from sto_analysis.pipeline.plan import LANGUAGES
from sto_analysis.report.language import Texts
from sto_analysis.survey.answers import read_regions
from sto_analysis.survey.codebook import Language
from sto_analysis.survey.wave import is_synthetic, known_waves


def write_index(outcomes: Sequence[Outcome]) -> Path:
    """Write reports/index.html (Dutch) and index.en.html from the pages that stand there.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of the last run: failures are listed.

    Returns
    -------
    Path
        The Dutch index.
    """
    environment = Environment(
        loader=PackageLoader("sto_analysis.report", "template"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("index.html.j2")
    top = compendium.root() / "reports"
    failed = [outcome for outcome in outcomes if outcome.failure and not outcome.failure.startswith(NOT_RUN)]
    waves = [wave for wave in reversed(known_waves()) if (top / wave).is_dir()]
    for language in LANGUAGES:
        name = _index_name(language)
        html = template.render(
            language=language,
            t=Texts(language),
            other=_index_name("en" if language == "nl" else "nl"),
            published=_pages(top, "published/published.{}.html"),
            waves=[_wave(top, wave, language) for wave in waves],
            failed=failed,
        )
        compendium.write_text(top / name, html)
    return top / _index_name("nl")


def _index_name(language: Language) -> str:
    return "index.html" if language == "nl" else f"index.{language}.html"


def _pages(top: Path, pattern: str) -> dict[str, str]:
    """Language → link, for the languages in which the page stands there."""
    return {language: pattern.format(language) for language in LANGUAGES if (top / pattern.format(language)).is_file()}


def _wave(top: Path, wave: str, language: Language) -> dict[str, object]:
    regions = []
    if (compendium.processed(wave) / "regions.parquet").is_file():
        for region, row in read_regions(wave).iterrows():
            pages = _pages(top, f"{wave}/regions/{region}.{wave}.{{}}.html")
            if pages:
                regions.append({"id": region, "name": row["name"], "answered": row["answered"], "pages": pages})
    notebooks = sorted(path.relative_to(top).as_posix() for path in (top / wave / "notebooks").glob("0*.html"))
    return {
        "id": wave,
        "synthetic": is_synthetic(wave),
        "national": _pages(top, f"{wave}/national.{wave}.{{}}.html"),
        "regions": regions,
        "notebooks": notebooks,
        "language": language,
    }

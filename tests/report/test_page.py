"""What a page shows is numbered, described, and says SYNTHETIC where it must."""

import base64
import re
from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from sto_analysis.report import page as module
from sto_analysis.report.page import Page


def _figure() -> plt.Figure:
    figure, axes = plt.subplots()
    axes.plot([1, 2], [2, 1])
    axes.set_title("regio’s")
    return figure


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    outputs: list[str] = []
    monkeypatch.setattr(module, "display", lambda output: outputs.append(output.data))

    def show(wave: str, *calls: Callable[[Page], None]) -> str:
        page = Page("nl", wave)
        for call in calls:
            call(page)
        return "\n".join(outputs)

    return show


def _forms(page: Page) -> None:
    page.figure(_figure(), "forms", first="A & B", high=86, last="C", low=67)


def test_a_figure_has_number_caption_and_alt_text(shown):
    html = shown("published", _forms, _forms)
    assert 'alt="Staven van zeven vormen van borging. Bovenaan A &amp; B met 86 procent' in html
    assert re.findall(r"<figcaption>(Figuur \d)", html) == ["Figuur 1", "Figuur 2"]
    assert "SYNTHETIC" not in html


def test_a_synthetic_page_says_so_in_banner_caption_and_picture(shown):

    html = shown("synthetic-2024", _forms)
    assert html.startswith('<p class="synthetic"')
    assert "SYNTHETIC (synthetic-2024)." in html
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()
    assert ">SYNTHETIC</text>" in picture


def test_a_table_has_header_cells_caption_and_note(shown):
    frame = pd.DataFrame({"Aspect": ["x<y", "z"], "n": ["51", "–"], "Tekst": ["ja", "a\nb"]})
    html = shown("synthetic-2024", lambda page: page.table(frame, "own_urgency", where="hier"))
    assert "Tabel 1. Urgentie hier. SYNTHETIC" in html
    assert html.count('<th scope="col"') == 3
    assert '<th scope="row">x&lt;y</th>' in html
    assert '<td class="num">51</td>' in html
    assert "<td>a<br>b</td>" in html
    assert '<p class="note">' in html


def test_the_same_figure_gives_the_same_bytes():
    first, second = module.svg(_figure()), module.svg(_figure())
    plt.close("all")
    assert first == second
    assert "regio’s" in first.decode()
    assert "dc:date" not in first.decode()


def test_an_unknown_text_is_an_error(shown):
    with pytest.raises(KeyError):
        shown("published", lambda page: page.say("sentence.none"))

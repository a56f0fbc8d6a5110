"""What is secret of a wave is read from its delivery too: open answers and who gave them."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from sto_analysis.monitor.codebook import read_codebook
from sto_workbench.attack.scan import found
from sto_workbench.attack.secrets import secrets_of
from sto_workbench.intake.clean import clean_wave, write_clean
from tests.running import WAVE
from tests.sto_workbench.release.changed import write

TEXT = "Wij missen vooral docenten elektrotechniek in de oostelijke gemeenten"
OTHER = "De bedrijven in onze regio denken pas sinds kort met ons mee"
CONSENT = "Ja, ik ga akkoord met het gebruik van deze antwoorden"


@pytest.fixture
def delivered(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wave whose export has columns that are not carried on: a name, an open answer, a consent that all gave."""

    def more(answers: pd.DataFrame) -> pd.DataFrame:
        rest = len(answers) - 1
        own = {"naam": ["Joke van der Zwaluw", "Onbekend", *[""] * (rest - 1)]}
        own["v9"] = [TEXT, OTHER, "samenwerking", "meer docenten - - -", *["geen"] * (rest - 3)]
        return answers.assign(**own, v10=CONSENT, nr=range(1001, 1002 + rest))

    write(copy, more)
    path = copy / "data" / "raw" / WAVE / "wave.yaml"
    dropped = dict.fromkeys(["naam", "v9", "v10", "nr"], "Not asked of regions.")
    told = yaml.safe_load(path.read_text(encoding="utf-8")) | {"drop": dropped}
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    monkeypatch.setenv("STO_ROOT", str(copy))
    write_clean(WAVE, clean_wave(WAVE))
    return copy


def test_open_answers_and_names_of_the_delivery_are_looked_for(delivered: Path, tmp_path: Path):
    secrets = secrets_of([WAVE], read_codebook())
    assert (secrets.texts, secrets.people) == ((TEXT, OTHER), ("Joke van der Zwaluw",))
    folder = tmp_path / "released"
    folder.mkdir()
    (folder / "a.txt").write_text(f"er stond: {TEXT.removeprefix('Wij ')}, geen 1001")
    (folder / "b.txt").write_text("gesproken met Joke van der Zwaluw")
    (folder / "c.txt").write_text(f"{CONSENT}; geen; 1004; onbekend; samenwerking; meer docenten")
    assert {(each.kind, each.place) for each in found(folder, secrets)} == {("text", "a.txt"), ("person", "b.txt")}

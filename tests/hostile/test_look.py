"""What a user has set for his own matplotlib, IPython and Jupyter changes no page of ours."""

import json
import sys
from pathlib import Path

import pytest

from tests.running import WAVE, files, sto, unswitched, words

RC = "font.size: 30\naxes.facecolor: yellow\nbackend: tkagg\nsavefig.dpi: 9\ntext.usetex: True\nsvg.fonttype: path\n"
STARTUP = (
    "import matplotlib, pandas\nmatplotlib.rcParams['font.size'] = 40\npandas.set_option('display.precision', 1)\n"
)
KERNEL = {"argv": [sys.executable, "-c", "raise SystemExit(3)"], "display_name": "Mine", "language": "python"}
CONFIG = {"HTMLExporter": {"exclude_input": True}, "TemplateExporter": {"exclude_output": True}}
PLAIN = ["run", WAVE, "--plain-kernels", "--only", "00_published", "--language", "nl"]


def _plant(home: Path, root: Path) -> dict[str, str]:
    """Settings wherever a user may have them; the environment that leads there."""
    stand = {
        home / ".config/matplotlib/matplotlibrc": RC,
        home / ".config/matplotlib/stylelib/default.mplstyle": RC,
        home / ".ipython/profile_default/startup/00-mine.py": STARTUP,
        home
        / ".ipython/profile_default/ipython_kernel_config.py": "get_config().InteractiveShellApp.exec_lines = ['1/0']",
        home / ".jupyter/jupyter_nbconvert_config.json": json.dumps(CONFIG),
        home / ".jupyter/jupyter_config.json": json.dumps(CONFIG),
        home / ".local/share/jupyter/kernels/python3/kernel.json": json.dumps(KERNEL),
        home / ".local/share/jupyter/nbconvert/templates/base/display_priority.j2": "MINE",
        home / ".local/share/jupyter/nbconvert/templates/sto/index.html.j2": "MINE",
        home / ".local/share/jupyter/nbconvert/templates/sto/conf.json": '{"base_template": "lab"}',
        root / "matplotlibrc": RC,
        root / "sto/index.html.j2": "MINE",
        root / "ipython_kernel_config.py": "1/0",
        root / "jupyter_nbconvert_config.py": "1/0",
    }
    for path, text in stand.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    named = {"HOME": str(home), "MATPLOTLIBRC": str(root / "matplotlibrc"), "MPLBACKEND": "module://nowhere"}
    named |= {"IPYTHONDIR": str(home / ".ipython"), "JUPYTER_CONFIG_DIR": str(home / ".jupyter")}
    return named | {
        "JUPYTER_PATH": str(home / ".local/share/jupyter"),
        "JUPYTER_DATA_DIR": str(home / ".local/share/jupyter"),
    }


@pytest.mark.whole
@pytest.mark.parametrize(
    "said", [words(("R01",), "nl"), pytest.param(PLAIN, marks=pytest.mark.wide)], ids=["forked", "plain"]
)
def test_settings_of_the_user_change_no_page(
    copy: Path,
    finished: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
):
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name, value in _plant(tmp_path_factory.mktemp("home"), copy).items():
        monkeypatch.setenv(name, value)
    code, _, err = sto(copy, *said)
    assert code == 0, err
    made, there = (
        {name: page for name, page in files(root).items() if name.endswith(".html")} for root in (copy, finished)
    )
    made = {name: page for name, page in made.items() if "/index" not in name}
    assert len(made) >= 1
    assert [name for name in made if made[name] != unswitched(there[name])] == []

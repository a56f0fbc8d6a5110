"""Downloads from a local server that plays the sources: moved, gone, changed, slow, too large, and offline."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from sto_analysis.errors import Problems
from sto_analysis.monitor.described import read_described
from sto_workbench.cli import main_group
from sto_workbench.context import fetch as fetching
from sto_workbench.context.fetch import download, fetch
from sto_workbench.context.sources import Sources, amiss, context_folder

DAY = "2020-01-01"


class _Player(BaseHTTPRequestHandler):
    content = b"a;b\n1;2\n"

    def do_GET(self):
        moved = {"/moved": "/file", "/away": "file:///etc/passwd", "/out": "http://example.org/", "/round": "/round"}
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
        elif self.path in ("/part", "/nothing"):
            self.send_response(206 if self.path == "/part" else 200)
            self.end_headers()
            self.wfile.write(self.content if self.path == "/part" else b"")
        elif self.path == "/headers":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
            self._for_ever()
        elif self.path == "/gone":
            self.send_error(404)
        else:
            self._send()

    def _for_ever(self):
        """A header a byte at a time; nobody waits for the end of it."""
        with suppress(OSError):
            for _ in range(15):
                self.wfile.write(b"a")
                time.sleep(0.1)

    def _send(self):
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        if self.path == "/short":
            self.send_header("Content-Length", str(len(self.content) + 9))
        self.end_headers()
        try:
            for _ in range(40 if self.path == "/slow" else 1):
                self.wfile.write(self.content)
                self.wfile.flush()
                time.sleep(0.1 if self.path == "/slow" else 0)
            time.sleep(0.6 if self.path == "/stalled" else 0)
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(_Player, "content", b"a;b\n1;2\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Player) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def _sources(folder: Path, url: str, more: str = "") -> Sources:
    text = "files:  # of ours\n  a.csv:\n    kind: duo_exams  # exams\n    source: DUO\n    edition: 2024-2025\n"
    (folder / "sources.yaml").write_text(f"{text}    date: {DAY}\n    url: {url}\n{more}")
    return read_described(folder / "sources.yaml", Sources)


def _again(folder: Path) -> Sources:
    return read_described(folder / "sources.yaml", Sources)


def test_a_file_is_downloaded_through_a_redirect_and_its_hash_and_day_written_down(tmp_path: Path, url: str):
    told = [*fetch(tmp_path, _sources(tmp_path, f"{url}/moved"), (), online=True)]
    assert (tmp_path / "a.csv").read_bytes() == _Player.content and "a.csv" in told[0]
    now = _again(tmp_path)
    assert now.files["a.csv"].sha256 == sha256(_Player.content).hexdigest()
    assert now.files["a.csv"].date.isoformat() > DAY
    assert [*amiss(tmp_path, now)] == []
    assert "# exams" in (tmp_path / "sources.yaml").read_text()
    before = (tmp_path / "sources.yaml").read_bytes()
    assert "unchanged" in next(fetch(tmp_path, now, (), online=True))
    assert (tmp_path / "sources.yaml").read_bytes() == before


def test_a_changed_file_is_refused_by_name_until_the_new_edition_is_asked_for(tmp_path: Path, url: str, monkeypatch):
    [*fetch(tmp_path, _sources(tmp_path, f"{url}/file"), (), online=True)]
    monkeypatch.setattr(_Player, "content", b"a;b\n1;3\n")
    with pytest.raises(Problems, match=r"a\.csv.*--new-edition a\.csv"):
        [*fetch(tmp_path, _again(tmp_path), (), online=True)]
    assert (tmp_path / "a.csv").read_bytes() == b"a;b\n1;2\n" and [*amiss(tmp_path, _again(tmp_path))] == []
    [*fetch(tmp_path, _again(tmp_path), ("a.csv",), online=True)]
    assert (tmp_path / "a.csv").read_bytes() == b"a;b\n1;3\n" and [*amiss(tmp_path, _again(tmp_path))] == []


def test_a_file_put_there_by_hand_is_taken_offline(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"x;y\n")
    [*fetch(tmp_path, _sources(tmp_path, "https://example.org/"), ("a.csv",), online=False)]
    assert [*amiss(tmp_path, _again(tmp_path))] == []
    assert [*fetch(tmp_path, _again(tmp_path), (), online=False)] == []


@pytest.mark.parametrize(
    ("path", "told"),
    [("/gone", "Not Found"), ("/away", "not allowed"), ("/out", "leads away"), ("/round", "infinite loop"),
     ("/slow", "took more than"), ("/stalled", "took more than"), ("/large", "larger than"), ("/short", "could not"),
     ("/headers", "took more than"), ("/part", "status 206"), ("/nothing", "could not"), ("/packed", "packed")],
)  # fmt: skip
def test_what_cannot_be_had_is_told_and_leaves_nothing(tmp_path: Path, url: str, monkeypatch, path: str, told: str):
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    monkeypatch.setattr(fetching, "STALLED", 0.3)
    monkeypatch.setattr(fetching, "MOST_BYTES", 4 if path == "/large" else 1000)
    with pytest.raises(Problems, match=told):
        [*fetch(tmp_path, _sources(tmp_path, url + path), (), online=True)]
    assert not (tmp_path / "a.csv").exists() and _again(tmp_path).files["a.csv"].sha256 is None


def test_a_server_that_is_not_there_is_told():
    with pytest.raises(Problems, match="could not be downloaded"):
        download("http://127.0.0.1:9/")


def test_the_command_fetches_and_refuses_and_works_offline(copy: Path, url: str, monkeypatch):
    folder = context_folder("synthetic-2024")
    monkeypatch.setattr(_Player, "content", (folder / "examens.csv").read_bytes())
    path = folder / "sources.yaml"
    path.write_text(path.read_text().replace("  examens.csv:\n", f"  examens.csv:\n    url: {url}/moved\n"))
    (folder / "examens.csv").unlink()
    run = CliRunner().invoke
    assert isinstance(run(main_group, ["context", "synthetic-2024"]).exception, Problems)
    assert "examens.csv" in run(main_group, ["context", "synthetic-2024", "--fetch"], catch_exceptions=False).output
    monkeypatch.setattr(_Player, "content", b"other")
    refused = run(main_group, ["context", "synthetic-2024", "--fetch"]).exception
    assert isinstance(refused, Problems) and "examens.csv" in str(refused)
    assert run(main_group, ["context", "synthetic-2024"], catch_exceptions=False).exit_code == 0
    unknown = run(main_group, ["context", "synthetic-2024", "--new-edition", "x.csv"]).exception
    assert isinstance(unknown, Problems) and "sources.yaml does not name this file" in str(unknown)

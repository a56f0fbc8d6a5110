"""Downloads of public files: over https, bounded in time and size, and held against the hash that was written down."""

import datetime
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from ruamel.yaml import YAML

from sto_analysis import compendium
from sto_analysis.errors import Problem, Problems
from sto_analysis.messages import problem, say
from sto_analysis.outside import outside
from sto_workbench.context.sources import MOST_BYTES, Source, Sources, plain_url

SECONDS, STALLED = 120.0, 20.0
"""For a file in all, and without a byte of it."""


class _UnsafeError(Exception):
    """A redirect that is not followed."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows where the address stays safe."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Return the request of a redirect.

        Raises
        ------
        _UnsafeError
            It leaves https, or for what is no address at all.
        """
        try:
            safe = req.type == "http" or plain_url(newurl).startswith("https:")
            plain_url(newurl)
        except ValueError as error:
            raise _UnsafeError from error
        if not safe:
            raise _UnsafeError
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(url: str) -> bytes:
    """Return what an address gives.

    Parameters
    ----------
    url : str
        As `sto_workbench.context.sources.plain_url` allows.

    Raises
    ------
    Problems
        One: it does not answer, answers with an error, with a part or with nothing, leads away from https, takes too
        long, or is too large.
    """
    found: SimpleQueue[bytes | Problems] = SimpleQueue()
    Thread(target=lambda: found.put(_answer(url)), daemon=True).start()  # headers may come a byte at a time, for ever
    try:
        answer = found.get(timeout=SECONDS)
    except Empty as error:
        raise Problems([problem("fetch.slow", value=url, seconds=SECONDS)]) from error
    if isinstance(answer, Problems):
        raise answer
    return answer


def _answer(url: str) -> bytes | Problems:
    """What an address gives, or what is wrong with it; may take longer than anybody waits."""
    try:
        return _read(url)
    except Problems as wrong:
        return wrong
    except _UnsafeError:
        return Problems([problem("fetch.unsafe", value=url)])
    except (OSError, HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        kind = "slow" if isinstance(why, TimeoutError) else "broken"
        return Problems([problem(f"fetch.{kind}", value=url, seconds=STALLED, why=why)])


def _read(url: str) -> bytes:
    opener = urllib.request.build_opener(_Redirects())
    asked = urllib.request.Request(url, headers={"User-Agent": "sto-analysis (research)"})
    began, content = time.monotonic(), bytearray()
    with opener.open(asked, timeout=STALLED) as answer:
        packed = answer.headers.get("Content-Encoding", "identity") != "identity"
        if answer.status != HTTPStatus.OK or packed:
            raise ValueError("packed" if packed else f"status {answer.status}")
        while (part := answer.read1(65_536)) and time.monotonic() - began < SECONDS:
            content += part
            if len(content) > MOST_BYTES:
                raise Problems([problem("fetch.large", value=url, most=MOST_BYTES)])
        if part:
            raise Problems([problem("fetch.slow", value=url, seconds=SECONDS)])
        if len(content) < max(1, int(answer.headers.get("Content-Length", 1))):
            raise ValueError("it ended early")
    return bytes(content)


def fetch(folder: Path, sources: Sources, anew: Collection[str], *, online: bool) -> Iterator[str]:
    """Download the files of sources.yaml that have an address, and take new editions that were asked for.

    Parameters
    ----------
    folder : Path
        As `sto_workbench.context.sources.context_folder` gives.
    sources : Sources
        What stands in sources.yaml.
    anew : collection of str
        Files of which a new edition is taken: the hash and the day in sources.yaml become its own.
    online : bool
        Whether to download; else what a person put there is taken.

    Yields
    ------
    str
        What became of each file.

    Raises
    ------
    Problems
        All files that could not be had, or are other than sources.yaml says; what stands in the folder stays.
    """
    problems: list[Problem] = []
    for name in {*anew} - {*sources.files}:
        problems.append(problem("fetch.unknown", file=folder / "sources.yaml", value=name))
    for name, source in sources.files.items():
        fresh = online and source.url is not None
        if not fresh and name not in anew:
            continue
        try:
            yield _taken(folder, name, source, fresh=fresh, anew=name in anew)
        except Problems as found:
            problems += found.problems
    Problems.raise_if(problems)


def _taken(folder: Path, name: str, source: Source, *, fresh: bool, anew: bool) -> str:
    """Take one file; say what became of it."""
    path = folder / name
    if fresh:
        content = download(source.url or "")
    else:
        content = outside(path, "a file of sources.yaml", "Download it.", MOST_BYTES).read_bytes()
    digest = sha256(content).hexdigest()
    same = digest == source.sha256
    if source.sha256 and not same and not anew:
        raise Problems([problem("fetch.other", file=path, name=name, digest=digest, edition=source.edition)])
    if fresh and not (same and path.is_file() and sha256(path.read_bytes()).hexdigest() == digest):
        compendium.write_whole(path, lambda part: part.write_bytes(content))
    if not same:
        _note(folder / "sources.yaml", name, digest)
    return say("fetch.same" if same else "fetch.taken", name=name, edition=source.edition, digest=digest)


def _note(path: Path, name: str, digest: str) -> None:
    """Write hash and day of a file in sources.yaml; all else of it, remarks too, stays."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    described = yaml.load(path.read_text(encoding="utf-8-sig"))
    described["files"][name] |= {"sha256": digest, "date": datetime.datetime.now(datetime.UTC).date()}
    compendium.write_whole(path, lambda part: yaml.dump(described, part))

"""Markup that would run, load or read something if a browser took it for markup, and a server that would notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

RAN = "SCRIPT-HAS-RUN"


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine: its address, and what it was asked for so far."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def attacks(address: str, secret: Path) -> dict[str, str]:
    """Name → markup that calls on a server, reads a file of this machine or runs a script."""
    file = secret.as_uri()
    run = f"document.body.append('{RAN}'); document.title = '{RAN}'; fetch('{address}/script')"
    return {
        "script": f"<script>{run}</script>",
        "module": f'<script type="module">{run}</script>',
        "remote-script": f'<script src="{address}/x.js"></script>',
        "handler": f'<img src="data:," onerror="{run}">',
        "svg": f'<svg onload="{run}"><image href="{address}/svg"/></svg>',
        "inline-frame": f'<iframe srcdoc="<script>{run}</script><img src={address}/srcdoc>"></iframe>',
        "frame-of-script": f'<iframe src="javascript:{run}"></iframe>',
        "frame-of-file": f'<iframe src="{file}"></iframe>',
        "frame": f'<iframe src="{address}/frame"></iframe>',
        "object-of-file": f'<object data="{file}"></object>',
        "object": f'<object data="{address}/object"></object>',
        "embedded-file": f'<embed src="{file}">',
        "picture": f'<img src="{address}/picture">',
        "picture-set": f'<picture><source srcset="{address}/set"><img src="data:,"></picture>',
        "video": f'<video src="{address}/video" poster="{address}/poster" autoplay></video>',
        "stylesheet": f'<link rel="stylesheet" href="{address}/css">',
        "imported-style": f"<style>@import url({address}/import);</style>",
        "background": f'<p style="background: url({address}/background)">x</p>',
        "font": f'<style>@font-face {{font-family: f; src: url({address}/font)}} body {{font-family: f}}</style>',
        "prefetch": f'<link rel="prefetch" href="{address}/prefetch">',
        "preload": f'<link rel="preload" as="image" href="{address}/preload">',
        "icon": f'<link rel="icon" href="{address}/icon">',
        "manifest": f'<link rel="manifest" href="{address}/manifest">',
        "base": f'<base href="{address}/"><img src="based">',
    }  # fmt: skip


REFRESH = '<meta http-equiv="refresh" content="0; url={address}/refresh">'
"""No policy in a page forbids this one; a web archive does not follow it."""

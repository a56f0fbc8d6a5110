"""Hostile texts: what it is, and so that every one enters by several ways, where it enters.

A row is a name and a text. `tests/hostile/test_pages.py` plants all of them at the same time: each as the name of a
region, as a label of the codebook, and, where one fits, as a column, a sheet, a title or a wording. What must happen is
the same for all: the run makes its pages, and a reader sees the text as it is, or U+FFFD for what cannot be seen.
"""

RUN = "alert(document.title='RAN')"
AWAY = "http://127.0.0.1:9/"
FILE = "file:///etc/passwd"

TEXTS: dict[str, str] = {
    # markup
    "script": f"<script>{RUN}</script>",
    "script-upper": f"<SCRIPT SRC={AWAY}x.js></SCRIPT>",
    "script-unclosed": f"<script>{RUN}//",
    "script-split": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "image": f"<img src=x onerror={RUN}>",
    "image-slash": f"<img/src/onerror={RUN}>",
    "image-remote": f"<img src={AWAY}pixel.png>",
    "svg": f"<svg onload={RUN}>",
    "svg-animated": f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "svg-use": f"<svg><use href={AWAY}u.svg#a></svg>",
    "math": f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    "frame-file": f"<iframe src={FILE}></iframe>",
    "frame-srcdoc": f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
    "object": f"<object data={FILE}></object>",
    "embed": f"<embed src={FILE}>",
    "style": "<style>*{display:none}</style>",
    "style-import": f"<style>@import '{AWAY}c.css'</style>",
    "link": f"<link rel=stylesheet href={AWAY}c.css>",
    "base": f"<base href={AWAY}>",
    "refresh": f'<meta http-equiv=refresh content="0;url={AWAY}">',
    "form": f"<form action={AWAY}><button autofocus>ok</button></form>",
    "details": f"<details open ontoggle={RUN}>",
    "focus": f"<input autofocus onfocus={RUN}>",
    "audio": f"<audio src={AWAY}a.mp3 autoplay>",
    "bold": "<b>vet</b>",
    "comment": "a <!-- b",
    "comment-end": "a --> b",
    "cdata": "<![CDATA[x]]>",
    "doctype": "<!DOCTYPE html><html><body>",
    "template": "<template shadowrootmode=open><slot>",
    # out of where it stands
    "attribute": f'"><script>{RUN}</script>',
    "attribute-single": f"'><img src=x onerror={RUN}>",
    "attribute-handler": f'x" onmouseover="{RUN}',
    "attribute-style": '" style="position:fixed;inset:0',
    "out-of-title": f"</title><script>{RUN}</script>",
    "out-of-style": f"</style><script>{RUN}</script>",
    "out-of-pre": f"</pre></div></main><script>{RUN}</script>",
    "out-of-svg": f"]]></text></svg><script>{RUN}</script>",
    "out-of-table": f"</td></tr></table><iframe src={AWAY}>",
    "entity": "&lt;script&gt; &amp; &#x3c;b&#62;",
    "entity-bare": "R&D &copy &notin",
    # Markdown
    "emphasis": "**vet** en _schuin_ en `code`",
    "emphasis-open": "** niet dicht",
    "md-link": f"[klik hier](javascript:{RUN})",
    "md-image": f"![alt]({AWAY}p.png)",
    "md-autolink": f"<{AWAY}>",
    "md-heading": "# Kop",
    "md-list": "1. een lijst",
    "md-quote": "> citaat",
    "md-fence": "```{=openxml} <w:p/>```",
    "md-table": "a | b | c",
    "md-note": "[^1] en ~~weg~~",
    "address": f"{AWAY}kaal",
    # mathematics, templates, formats
    "dollar": "kost 5$ of",
    "mathematics": "$\\frac{1}{2}$",
    "mathematics-broken": "$\\frac{$",
    "mathematics-tex": "\\(x^2\\) \\[y\\] \\begin{x}",
    "backslash": "\\input{/etc/passwd} C:\\x",
    "braces": "{name} {0} {{x}} {",
    "jinja": "{{ 7*7 }}{% raw %}{# x #}",
    "percent": "100%s %(x)d %n",
    "shell": "$(id) `id` ; rm -rf / | &",
    "formula": "=HYPERLINK(1;2)+cmd|' /C calc'!A0",
    "csv": 'a;b,"c"',
    # what steers the text beside it, or has a strange shape
    "bidi": "abc\u202edef\u2066ghi",
    "zero-width": "ste\u200brk\ufeff \u2060x",
    "ansi": "\x1b[31mrood\x1b]0;titel\x07",
    "controls": "a\x08\x08b\x7f\x85c",
    "separators": "a\u2028b\u2029c",
    "nonsense": "\ufffe\uffff \U000e0041",
    "combining": "Z" + "\u0301" * 60,
    "scripts": "北京 עברית हिन्दी 🧑\u200d🔬",
    "long-word": "W" * 10_000,
    "long-text": "veel woorden " * 400,
    "spaces": "a   b\u00a0\u3000c",
    "dash": "–",
    "number": "1e999",
    "empty-looking": "\u2800",
}
"""Name → text."""


def expected(text: str) -> str:
    """What a reader sees of a text, with single spaces: the text itself, but for what cannot be seen.

    Written apart from the code that does it: by the categories of Unicode.
    """
    import unicodedata

    steers = {"Cc", "Cf", "Cs"}
    odd = {"\ufffe", "\uffff", "\u2028", "\u2029"}
    shown = (c if c in "\n\t" or (unicodedata.category(c) not in steers and c not in odd) else "\ufffd" for c in text)
    return " ".join("".join(shown).split())

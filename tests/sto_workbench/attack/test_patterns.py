"""What no file may hold, however it is written, and what only looks like it."""

import pytest

from sto_workbench.attack.patterns import addresses, generic

FOUND = {
    "mail": [
        "j.zwaluw@vechtdal.nl", "j.zwaluw (at) vechtdal.nl", "j.zwaluw [AT] vechtdal [dot] nl", "joke @ vechtdal.nl",
        "joke{apenstaartje}vechtdal{punt}nl", "<mailto:joke@vechtdal.nl>",
    ],
    "phone": [
        "Jan,0612345678", "06 - 12345678", "06/12345678", "06–12345678", "(06) 12345678", "0572 - 123456",
        "0572-123456", "(0572) 12 34 56", "+31 (0)6 12345678", "0031612345678", "+44 20 7946 0958", "x;06-12345678;y",
    ],
    "path": [
        "/".join(("", "home", "joke", "sto")), "file:///C:/x", "\\".join(("C:", "Users", "joke")), "/scratch/joke",
        r"P:\STO monitor\x.sav", "D:/data/sto/x.sav", r"\\server\share", r"\\192.168.1.2\sto", r"\\wsl$\Ubuntu",
        "/Volumes/USB/x", "~/sto/raw/x", "-I/usr/local/lib/x", "smb://server/x", "/cygdrive/c",
        "https://x.sharepoint.com/personal/joke", 'path="/opt/out"', 'href="file:///opt/out"', 'src="/' + 'home/joke"',
    ],
    "failure": [
        "Traceback (most recent call last)", 'File "x.py", line 3, in f', "KeyError: 'QX07'", "error: ValueError: no",
        "FutureWarning: soon", "Error in `f()`:", "Error in f(x) : no", "Execution halted", "Cell In[3], line 1",
        "    at async f (x.js:1:2)", "at nl.sto.F(F.java:12)", "Fatal Python error: x", "(core dumped)",
    ],
    "history": [
        f"commit {'a1' * 20}", f"From {'a1' * 20} Mon Sep 17 00:00:00 2001", "author J <j> 1700000000 +0100",
        "# pack-refs with: peeled", "index 1234567..89abcde 100644",
    ],
    "key": ["-----BEGIN OPENSSH PRIVATE KEY-----"],
}  # fmt: skip
CLEAN = [
    "https://doi.org/10.5281/zenodo.0612345678", "10.1177/0049124195024001", "0000-0002-1825-0097", "978-90-361-0619-5",
    "IBAN NL91 ABNA 0417 1643 00", "@media print{a.b{}}", "actions/checkout@v4", "python@3.11", "0,0612345678",
    "1.0612345678", "a/tmp/b", "data/raw/2024", "2024-11-27 06:12:34", "standard error: 0.12", "Std. Error: 0.12",
    "errors in x", "12:/30", "see at b (c:d)", "the index 3..5", "~10 %", "8:00/9:00",
    *(form.format("opt") for form in ('href="/{}/x"', "src='/{}/x.png'", r'href=\"/{}/x\"')),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, each in FOUND.items() for text in each])
@pytest.mark.parametrize("around", ["{}", "zie\n{}\nen", "a {} b"])
def test_it_is_found(kind: str, text: str, around: str):
    if not (kind == "history" and around == "a {} b"):  # which begins a line
        assert kind in {each for each, _ in generic(around.format(text))}


@pytest.mark.parametrize("text", CLEAN)
def test_what_only_looks_like_it_is_not(text: str):
    assert generic(f"a {text} b") == []


def test_an_address_is_told_whole():
    assert addresses("van j.zwaluw+x@vechtdal.nl, of k@b.co") == ["j.zwaluw+x@vechtdal.nl", "k@b.co"]

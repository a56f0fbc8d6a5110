"""What no file may hold, whoever is asked: addresses, numbers of telephones, paths of machines, failures, keys."""

import re

_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punt)\s?[)\]}]\s?)"
_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}+(?:@|\s?[(\[{<]\s?(?:at|apenstaartje)\s?[)\]}>]\s?)[\w-]+"
    rf"(?:{_DOT}[\w-]+)*{_DOT}[A-Za-z]{{2,}}\b|[\w.+-]{{1,64}}+\s@\s[\w.-]+\.(?:nl|com|org|eu|net|be|de)\b",
    re.IGNORECASE,
)
_AT = re.compile(r"@|[(\[{<]\s?(?:at|apenstaartje)\s?[)\]}>]", re.IGNORECASE)
_BEFORE, _BEHIND = 66, 300
"""Characters around such a sign in which its address is looked for: everywhere would take ten times as long."""
_PHONE = re.compile(
    r"[+0(](?<![\w.+-].)(?<!\d[,/].)(?<![A-Z]{4} .)(?:"
    r"(?:(?<=\+)(?:3[1-3]|4[4-79])|(?<=0)0(?:31|32|49))[\s.-]?(?:\(0\)[\s.-]?)?[1-9](?:[\s.-]?\d){7,10}|"
    r"(?:(?<=0)|(?<=\()0)6\)?(?:\s?[-–‐/.]\s?|\s)?[1-9](?:[\s.-]?\d){7}|"
    r"(?:(?<=0)|(?<=\()0)[1-9]\d{1,2}\)?(?:\s?[-–‐/]\s?|\s)\d{2,3}\s?\d{2}\s?\d{2,3})(?![\d./-]?\d)(?!,\d\d?(?!\d))"
)
_OWN = "home|Users|root|private|var/folders|mnt|media|Volumes|content/drive|nfs|gpfs|cygdrive"
_ROOTS = f"{_OWN}|tmp|var/(?:lib|log|tmp)|opt|srv|scratch|workspaces?|work|data|builds|usr/(?:lib|local|share)"
_LINKED = "".join(rf"(?<!{name}={sign}[\"']/)" for name in ("href", "src") for sign in ("", r"\\"))
"""Behind a link of a page an address of its site begins as a path does: only folders of people and disks are told."""
_PATHS = re.compile(
    rf":(?<=file:)/{{2,3}}[\w.]|/(?<![\w./-]/)(?:{_OWN}|{_LINKED}(?:{_ROOTS}))/[\w.-]+|/(?<=-[ILB]/)(?:{_ROOTS})/[\w.-]+|"
    r":(?<=(?<![A-Za-z])[A-Za-z]:)(?:(?:\\{1,2}[^\\\n\t:\"<>|*?]{1,60}){2,}|(?:/[\w .-]*\w){2,})|"
    r"\\(?<![\\\w]\\)\\{1,3}\w[\w.$-]+\\{1,2}[\w$]|~(?<![\w~]~)/[\w.-]+/[\w.-]+|/site-packages/|"
    r":(?<=smb:|nfs:|afp:)//\w|sharepoint\.com/personal|d\.docs\.live\.net/"
)
"""Each way begins with its sign, which a search finds fast, and looks back from there."""
_FAILURE = re.compile(
    r"Traceback \(most recent call (?:last|first)\)|File \"[^\"\n]+\", line \d+, in |"
    r"(?:During handling of|direct cause of) the (?:above|following) exception|"
    r"Error in `?[\w.:]+\(.*\)`? ?:|Execution halted|Cell In\s?\[\d+\], line \d|Fatal Python error|Segmentation fault|"
    r":(?:(?<=[a-z]Error:)|(?<=[a-z]Exception:)|(?<=[a-z]Warning:)|(?<=KeyboardInterrupt:)) \S|core dumped|"
    r"application/vnd\.jupyter\.(?:stderr|error)|papermill-error-cell|"
    r"a(?<!\wa)t (?:async )?[\w.<>$]{1,200}+ ?\([^()\s]{1,200}:\d+(?::\d+)?\)"
)
_HISTORY = re.compile(
    r"^(?:commit [0-9a-f]{40}|From [0-9a-f]{40} Mon Sep 17|# pack-refs with|index [0-9a-f]{7,40}\.\.[0-9a-f]{7,40})|"
    r"^(?:author|committer) .+ <.*> \d{9,} [+-]\d{4}",
    re.MULTILINE,
)
_KEYS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_GENERIC = {"phone": _PHONE, "path": _PATHS, "failure": _FAILURE, "history": _HISTORY, "key": _KEYS}

WORD = re.compile(r"[^\W_](?:\w*[^\W_])?")
NOUGHT = re.compile(r"\.(?<=\d\.)0+(?!\d)")
_ABSENT = {"na", "nan", "null"}
"""What a number, and a row that lacks an answer, may be written with or without."""


def generic(text: str) -> list[tuple[str, str]]:
    """Kind and words of everything in a text that no release may hold, each once.

    Parameters
    ----------
    text : str
        As `sto_workbench.attack.readable.texts` gives it.
    """
    told = [("mail", each) for each in addresses(text)]
    told += [(kind, match[0]) for kind, pattern in _GENERIC.items() for match in pattern.finditer(text)]
    return list(dict.fromkeys(told))


def addresses(text: str) -> list[str]:
    """Addresses of mail in a text, each once; they are looked for around their sign.

    Parameters
    ----------
    text : str
        Any.
    """
    around = [(max(0, sign.start() - _BEFORE), sign.end() + _BEHIND) for sign in _AT.finditer(text)]
    return list(dict.fromkeys(each[0] for begin, end in around for each in _MAIL.finditer(text, begin, end)))


def words_of(text: str) -> list[str]:
    """Words and numbers of a text in small letters, without what may be left out."""
    return [word for word in WORD.findall(NOUGHT.sub("", text).casefold()) if word not in _ABSENT]

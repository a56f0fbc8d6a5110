"""A release made: gated, rendered, packed, attacked, and only then moved whole to where releases stand."""

import io
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from sto_analysis import compendium
from sto_analysis.errors import MissingTool, Problem, Problems
from sto_analysis.inert import write_csv
from sto_analysis.messages import LANGUAGE, problem, say
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.wave import chain, is_synthetic, known_waves
from sto_analysis.provenance import CHANGES, commit
from sto_analysis.report.shown import HALF, Release
from sto_workbench.attack.coded import in_code
from sto_workbench.attack.scan import found as found_in
from sto_workbench.attack.secrets import secrets_of
from sto_workbench.confidential.modes import readable_by_others
from sto_workbench.pages.pdf import browser
from sto_workbench.pipeline.apart import apart
from sto_workbench.pipeline.batch import alone
from sto_workbench.pipeline.manifest import Manifest, states
from sto_workbench.pipeline.plan import plan
from sto_workbench.release.approve import numbers, releases
from sto_workbench.release.crate import CITATION
from sto_workbench.release.derived import TWIN, descriptions, rendered_again, twin_files, write
from sto_workbench.release.earlier import Earlier, read_earlier, taken_back
from sto_workbench.release.facts import FACTS, PLAN, SOURCE, STAMP, Drawn, Facts, Withheld, planned, stamps_amiss
from sto_workbench.release.gate import Gated, gate
from sto_workbench.release.package import shown_share
from sto_workbench.release.render import public_root
from sto_workbench.release.rules import Rules, read_rules
from sto_workbench.release.stored import to_csv
from sto_workbench.release.twin import Asked
from sto_workbench.verify.again import RunFailed, compendium_of, compute
from sto_workbench.verify.sums import SUMS, digest, files, sums

CODE = (
    "src", "notebooks", "data", "Makefile", "pyproject.toml", "requirements.lock", "environment.yml", "LICENSE",
    "CITATION.cff", "README.md", "docs/method.md", "docs/results.schema.json",
)  # fmt: skip
"""What of the repository a release holds: what a run needs. Tests, made waves and pictures of pages stay."""
_LEFT = ("data/raw/synthetic-", "data/regions.csv", "data/processed", "reports")
TWINNED = Drawn(seed=20, permutations=199, simulations=20)
"""How the twin is drawn and run, where nobody says otherwise."""
_MAKERS = ("Monitor Sterk Techniekonderwijs",)
"""Who calls himself the maker of a workbook, besides those that CITATION.cff names."""
_TEXTS = {".html", ".md", ".csv", ".json", ".yaml", ".yml", ".cff", ".svg", ".ipynb"}


def release(wave: str, preset: str | None, on: date, drawn: Drawn = TWINNED) -> Iterator[str]:
    """Make a release of a wave.

    Parameters
    ----------
    wave : str
        Id of a wave all of whose national pages are up to date.
    preset : str, optional
        Of data/disclosure.yaml, instead of the one that it names for the wave.
    on : date
        Date that it bears.
    drawn : Drawn, optional
        How its twin is drawn and run.

    Yields
    ------
    str
        For the user: what is done, and where the release stands.

    Raises
    ------
    Problems
        All reasons why it cannot be made, or that the attacker or the scan found something: nothing is left then.
    """
    with alone(), TemporaryDirectory(prefix="sto-") as short:  # a browser wants short paths
        rules = read_rules(wave, preset)
        Problems.raise_if([*refused(wave), *stamps_amiss(compendium.root())])
        number = _next(wave, earlier := read_earlier(wave))
        made = _emptied(compendium.root() / "releases" / ".parts" / wave) / str(number)
        try:
            gated = gate(wave, rules, earlier)
            yield say("release.gated", preset=rules.preset.label(LANGUAGE.get()), **_counted(gated))
            yield from _coarser(gated)
            _fill(made, Path(short), gated, number, on, drawn)
            Problems.raise_if(_silent(made, wave))
            yield from _tried(made, wave)
            place = releases(wave) / str(number)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            gated.note(number)  # first: a release that no ledger knows would not count at the next gate
            made.rename(place)
            yield say("release.made", path=place, wave=wave)
        finally:
            shutil.rmtree(made.parent, ignore_errors=True)


def _next(wave: str, earlier: Iterable[Earlier]) -> int:
    """Number of the next release: also one whose folder is gone has told what its ledger says, or was a draft."""
    return max([0, *numbers(wave), *taken_back(wave), *(each.number for each in earlier if each.wave == wave)]) + 1


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def refused(wave: str) -> Iterator[Problem]:
    """Yield why a wave cannot be released as it stands: pages that are not up to date, code that is no commit's.

    Parameters
    ----------
    wave : str
        Id of the wave.
    """
    jobs = plan([wave], (), (), [])
    at, manifest = compendium.root(), Manifest()
    for key, state in states([job for job in jobs if "region" not in job.parameters]).items():
        if state.word != "current":
            yield problem("release.not_current", key=key, word=state.word, why=state.why, wave=wave)
    for job in jobs:
        if "region" in job.parameters and (failure := manifest.failure(job.key)):
            yield problem("release.not_current", key=job.key, word="failed", why=failure, wave=wave)
    found = commit()
    if found.endswith(CHANGES) or len(found) < 40:
        yield problem("release.no_commit", file=at)
    try:
        yield from () if browser() else [problem("release.no_browser")]
    except MissingTool as error:
        yield error
    yield from (problem("release.readable", told=told) for told in readable_by_others(wave))
    if not is_synthetic(wave) and (made_up := [each.wave for each in chain(wave) if is_synthetic(each.wave)]):
        yield problem("release.made_up", waves=", ".join(made_up))


def _counted(gated: Gated) -> dict[str, int]:
    return {"kept": shown_share(gated.tables)[0], "whole": gated.whole}


def _coarser(gated: Gated) -> Iterator[str]:
    """Tell, where little is left, which coarser questions could be answered: here only, for it depends on answers."""
    for row in gated.coarser().to_dict("records") if _share(gated) < HALF else ():
        if row["without_change"] or row["two_groups"]:
            yield say("release.coarser", told=row["positions"] + row["bands"], **{str(k): v for k, v in row.items()})


def _fill(folder: Path, short: Path, gated: Gated, number: int, on: date, drawn: Drawn) -> None:
    """Write all of a release into an empty folder; the report is rendered, in another, while the twin runs.

    Both take what they start from the preloaded process of whoever calls, where there is one.
    """
    _take_code(folder / "code")
    _take_source(
        folder, gated, Release(number, on.isoformat(), _named(gated.rules), gated.rules.minimum, _share(gated))
    )
    columns = _take_results(folder, gated)
    write(folder, {FACTS: _facts(gated, number, on, drawn, columns).model_dump_json(indent=1).encode() + b"\n"})
    write(folder, _plan())
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(_twin, folder, drawn, gated.wave)
        pages = rendered_again(folder, short / "root")
        write(folder / "report", {name: path.read_bytes() for name, path in pages.items()})
        running.result()
    write(folder, descriptions(folder))
    write(folder, {SUMS: sums(folder).encode()})


def _named(rules: Rules) -> dict[str, str]:
    return {"nl": rules.preset.nl, "en": rules.preset.en}


def _share(gated: Gated) -> float:
    """Share of the numbers that leave: of tables that never do, how many rows there are depends on answers."""
    shown, whole = shown_share(gated.tables)
    return shown / max(whole, 1)


def _take_code(folder: Path) -> None:
    """Take the files of the commit, but for made waves and what is made."""
    top, there = compendium.root(), [name for name in CODE if (compendium.root() / name).exists()]
    whole = subprocess.run(["git", "archive", "HEAD", "--", *there], cwd=top, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(whole)) as pack:
        taken = [each for each in pack if each.isfile() and not each.name.startswith(_LEFT)]
        write(folder, {each.name: content.read() for each in taken if (content := pack.extractfile(each))})


def _take_source(folder: Path, gated: Gated, release_of: Release) -> None:
    """Take from the public root what stands neither in the code nor in the results."""
    root = public_root(gated.wave, gated.shown, _emptied(folder.with_name("public")), release_of)
    for path in sorted(each for each in root.rglob("*") if each.is_file() and each.suffix != ".parquet"):
        name = path.relative_to(root)
        if not (folder / "code" / name).is_file():
            write(folder / SOURCE, {name.as_posix(): path.read_bytes()})


def _take_results(folder: Path, gated: Gated) -> dict[str, dict[str, str]]:
    """Write the results that passed; return the types of their views."""
    columns, public = {}, folder.with_name("public") / "data" / "processed" / gated.wave / "results"
    for name, table in gated.shown.items():
        if len(table.rows) or (public / f"{name}.parquet").is_file():
            columns[name] = table.kinds
            write(folder / "results", {f"{name}.csv": to_csv(table.rows)})
    return columns


def _facts(gated: Gated, number: int, on: date, drawn: Drawn, columns: dict[str, dict[str, str]]) -> Facts:
    log = gated.log[gated.log["table"].isin([*columns])]
    why = {rule: say(f"release.rule_{rule}") for rule in sorted({*log["rule"]})}
    counts = Counter(zip(log["table"], log["rule"], strict=True))
    return Facts(
        wave=gated.wave,
        number=number,
        date=on.isoformat(),
        commit=commit(),
        preset=gated.rules.preset.en,
        rules=why,
        waves=[Asked(each.wave, tuple(each.items), each.published) for each in chain(gated.wave)],
        earlier=[(each.wave, each.number) for each in gated.earlier],
        twin=drawn,
        columns=columns,
        withheld=[Withheld(table=table, rule=rule, count=many) for (table, rule), many in sorted(counts.items())],
        plan=planned(),
    )


def _plan() -> dict[str, bytes]:
    """Time stamps of the plan, where there are any."""
    stamps = [compendium.root() / f"{name}{STAMP}" for name in PLAN]
    return {f"plan/{path.name}": path.read_bytes() for path in stamps if path.is_file()}


def _twin(folder: Path, drawn: Drawn, wave: str) -> None:
    write(folder, twin_files(folder))
    write(folder / "twin", {"results.csv": _run_twin(folder, drawn, wave)})


def _run_twin(folder: Path, drawn: Drawn, wave: str) -> bytes:
    root = compendium_of(folder / "code", folder / TWIN, folder.with_name(f"{folder.name}.twin"))
    twin_of = f"synthetic-{wave.removeprefix('synthetic-')}"
    given = [("permutations", drawn.permutations), ("simulations", drawn.simulations)]
    try:
        return str(write_csv(compute(root, twin_of, given))).encode()
    except RunFailed as error:
        raise Problems([problem("release.twin_failed", told=error)]) from error


def _silent(folder: Path, wave: str) -> Iterator[Problem]:
    """Yield the files of the release of a made wave that do not say so."""
    if not is_synthetic(wave):
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in _TEXTS and not name.startswith(("code/", "report/source/")):
            said = path.read_text(encoding="utf-8")
            if "syntheti" not in f"{name} {said}".casefold() and not _empty(path, said):
                yield problem("release.silent", name=name)


def _empty(path: Path, said: str) -> bool:
    """Whether a file is a table without a row."""
    return path.suffix == ".csv" and said.count("\n") == 1


def _leaks(folder: Path, wave: str) -> Iterator[Problem]:
    """Yield what must not leave and stands in a file all the same: where, and of what kind.

    Of the code only outputs and addresses are looked for; the twin is drawn of nothing but results.
    """
    public = [digest(top / name) for top in (folder / "code", folder / "twin") for name in files(top)]
    cited = yaml.safe_load((folder / "code" / CITATION).read_text(encoding="utf-8"))["authors"]
    allowed = [*_MAKERS, *(str(name) for each in cited for name in each.values())]
    secrets = secrets_of([each.wave for each in chain(wave)], read_codebook(), public=public, allowed=allowed)
    leaks = [*found_in(folder, secrets), *in_code(folder / "code", allowed)]
    for kind, place in dict.fromkeys((each.kind, each.place) for each in leaks):
        yield problem("release.leaks", place=place, told=kind)


def _tried(folder: Path, wave: str) -> Iterator[str]:
    """Let the scan and the attacker loose, at the same time, on the release and all earlier ones of all waves."""
    earlier = [releases(each) / str(number) for each in known_waves() for number in numbers(each)]
    with ThreadPoolExecutor(1) as pool:
        attack = pool.submit(apart, "sto_workbench.attack.asked:given_away", [*earlier, folder])
        found = list(_leaks(folder, wave))
        try:
            told = attack.result()
        except ChildProcessError as error:
            told = str(error)
    if told:
        found.append(problem("release.attacked", told=told[-500:]))
    Problems.raise_if(found)
    yield say("release.tried", count=len(earlier) + 1)

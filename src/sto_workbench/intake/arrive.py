"""A new wave comes in: its folder, its export, its frame and a proposed wave.yaml."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sto_analysis import compendium
from sto_analysis.errors import Problems
from sto_analysis.messages import problem, say
from sto_analysis.monitor.codebook import read_codebook
from sto_analysis.monitor.described import FileName
from sto_analysis.monitor.item_column import TODO
from sto_analysis.monitor.register import read_register
from sto_analysis.monitor.wave import Wave, WaveId, is_synthetic, known_waves, read_wave
from sto_workbench.intake.delivery import layout_of
from sto_workbench.intake.frame import read_frame
from sto_workbench.intake.known import Known
from sto_workbench.intake.readers import Export, read_export
from sto_workbench.intake.region_names import RegionNames
from sto_workbench.intake.scaffold import Proposal, propose
from sto_workbench.intake.shape import check_shape


def new_wave(wave: str, file: Path, frame_file: Path | None = None) -> Proposal:
    """Make the folder of a wave from its export; it stands there whole or not at all.

    Parameters
    ----------
    wave : str
        Id of the wave: a year, or ``synthetic-<year>``.
    file : Path
        The export as delivered; it is copied.
    frame_file : Path, optional
        CSV of all regions that were asked. Default: that of the latest wave of the same kind.

    Raises
    ------
    Problems
        A wave that stands there already or has no valid id; a file that cannot be read.
    """
    file, notices = file.resolve(), list[str]()
    _valid(WaveId, wave, "wave_id")
    _valid(FileName, file.name, "file_name")
    if (folder := compendium.raw(wave)).exists():
        raise Problems([problem("arrive.there", wave=wave, file=folder)])
    codebook, raw = read_codebook(), read_export(file)
    check_shape(raw, codebook)
    kind = [read_wave(name) for name in known_waves() if is_synthetic(name) == is_synthetic(wave)]
    before = [known for known in kind if known.wave < wave]
    framed = [known for known in [*kind[::-1], *before] if not known.frame.startswith(TODO)]
    if frame_file is None and framed:  # no synthetic frame may pass for a real one
        frame_file = compendium.raw(framed[-1].wave) / framed[-1].frame
        notices.append(say("arrive.frame", wave=framed[-1].wave))
    ours = {"wave", "region", *codebook.items} <= {*raw.cells.columns}
    known = Known(codebook, before[::-1], _export_of(before), ours)
    frame = names = None
    if frame_file:
        register = read_register("synthetic" if is_synthetic(wave) else "real")
        names = RegionNames({}, read_frame(frame_file, codebook), register)
        frame = "frame.csv" if file.name.casefold() != "frame.csv" else "frame-of-regions.csv"
    proposal = propose(wave, file.name, raw, known, frame, names)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=compendium.ARRIVING) as parts:
        (whole := Path(parts) / wave).mkdir()
        shutil.copyfile(file, whole / file.name)
        if frame_file and frame:
            shutil.copyfile(frame_file, whole / frame)
        (whole / "wave.yaml").write_text(proposal.text, encoding="utf-8")
        whole.rename(folder)
    return replace(proposal, notices=(*proposal.notices, *notices))


def _valid(kind: Any, given: str, name: str) -> None:
    try:
        TypeAdapter(kind).validate_python(given)
    except ValidationError as error:
        raise Problems([problem(f"arrive.{name}", given=given)]) from error


def _export_of(before: list[Wave]) -> Export | None:
    """The export of the latest of the waves, for what it calls its codes; None where it cannot be read."""
    for wave in before[-1:]:
        with suppress(Problems):
            return read_export(compendium.raw(wave.wave) / wave.file, layout_of(wave))
    return None

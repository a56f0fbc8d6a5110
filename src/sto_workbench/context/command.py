"""`sto context`."""

import click


@click.command("context")
@click.argument("wave")
def context(wave: str) -> None:
    """Make WAVE's context.csv: regional context from public files, with source, level and interval."""
    from sto_analysis.errors import shown
    from sto_analysis.monitor.codebook import read_codebook
    from sto_analysis.monitor.wave import read_wave
    from sto_workbench.context.wave import told, write_context
    from sto_workbench.intake.frame import frame_ids
    from sto_workbench.pipeline.batch import alone

    codebook, described = read_codebook(), read_wave(wave)
    with alone():
        made = write_context(described, codebook, frame_ids(described))
    for line in told(wave, made, codebook):
        click.echo(shown(line))

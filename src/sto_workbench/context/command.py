"""`sto context`."""

import click


@click.command("context")
@click.argument("wave")
@click.option("--fetch", "online", is_flag=True, help="Download first what sources.yaml has an address of.")
@click.option("--new-edition", "anew", multiple=True, metavar="FILE", help="Take this file, though its hash changed.")
def context(wave: str, online: bool, anew: tuple[str, ...]) -> None:
    """Make WAVE's context.csv: regional context from public files, with source, level and interval."""
    from sto_analysis.errors import shown
    from sto_analysis.monitor.codebook import read_codebook
    from sto_analysis.monitor.described import read_described
    from sto_analysis.monitor.wave import read_wave
    from sto_workbench.context.fetch import fetch
    from sto_workbench.context.sources import Sources, context_folder
    from sto_workbench.context.wave import told, write_context
    from sto_workbench.intake.frame import frame_ids
    from sto_workbench.pipeline.batch import alone

    codebook, described = read_codebook(), read_wave(wave)
    with alone():
        if online or anew:
            folder = context_folder(wave)
            for line in fetch(folder, read_described(folder / "sources.yaml", Sources), anew, online=online):
                click.echo(shown(line))
        made = write_context(described, codebook, frame_ids(described))
    for line in told(wave, made, codebook):
        click.echo(shown(line))

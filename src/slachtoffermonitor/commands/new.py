"""`slachtoffermonitor new DIR`: the folder of a new edition."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

__all__ = ["command"]


@click.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--first-year", type=int, default=2014, show_default=True, help="First year of the window."
)
@click.option(
    "--last-year", type=int, default=2023, show_default=True, help="Last year of the window."
)
@click.option("--simulated", is_flag=True, help="Fill it from a simulated nation, not from files.")
def command(folder: Path, first_year: int, last_year: int, simulated: bool) -> None:
    """Make FOLDER for a new edition: monitor.toml, templates of every input file."""
    from slachtoffermonitor.edition import Settings, lay_out_edition

    settings = Settings()
    settings = replace(
        settings,
        edition=replace(
            settings.edition,
            name=folder.resolve().name,
            first_year=first_year,
            last_year=last_year,
            made_on=date.today(),
        ),
        deliveries=replace(
            settings.deliveries,
            source="simulated" if simulated else "files",
            observed_until=date(last_year + 1, 12, 31),
        ),
    )
    lay_out_edition(folder, settings)
    click.echo(f"Made {folder}: put the files in {folder / 'deliveries'}, then run:")
    click.echo(f"  slachtoffermonitor run {folder}")

"""`slachtoffermonitor run DIR`: make the edition of a folder."""

from pathlib import Path

import click

from slachtoffermonitor.commands._making import make_edition
from slachtoffermonitor.commands._options import json_option

__all__ = ["command"]


@click.command("run")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the edition that was made here before.")
@json_option
def command(folder: Path, replace: bool, as_json: str | None) -> None:
    """Make the edition of FOLDER (see `new`): website, factsheets and data in FOLDER/edition."""
    from slachtoffermonitor.edition import read_settings

    settings = read_settings(folder / "monitor.toml")
    make_edition(settings, folder / "edition", base=folder, replace=replace, as_json=as_json)

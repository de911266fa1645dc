"""`slachtoffermonitor run DIR`: make the edition of a folder."""

from pathlib import Path

import click

from slachtoffermonitor.commands._making import make_edition
from slachtoffermonitor.commands._options import json_option

__all__ = ["command"]


@click.command("run")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the edition that was made here before.")
@click.option(
    "--approve",
    multiple=True,
    help="Name of a person who approves the release; give it twice. Needed for real deliveries.",
)
@click.option(
    "--progress",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that gets one line of JSON for each stage, when it begins.",
)
@json_option
def command(
    folder: Path,
    *,
    replace: bool,
    approve: tuple[str, ...],
    progress: Path | None,
    as_json: str | None,
) -> None:
    """Make the edition of FOLDER (see `new`): website, factsheets and data in FOLDER/edition.

    All tables are protected as one set and attacked; nothing is published while a breach stands.
    """
    from slachtoffermonitor.edition import read_settings

    settings = read_settings(folder / "monitor.toml")
    make_edition(
        settings,
        folder / "edition",
        base=folder,
        replace=replace,
        approvals=approve,
        progress=progress,
        as_json=as_json,
    )

"""`slachtoffermonitor reproduce EDITION`: make an edition again and hold it to what it said."""

import json
from pathlib import Path

import click
from rich.console import Console

from slachtoffermonitor.commands._comparing import comparison_as_json, told_changes
from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import Language, Number, Text

__all__ = ["command"]


@click.command("reproduce")
@click.argument("edition", type=click.Path(path_type=Path))
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    help="Folder that the folder of deliveries lies in; default: the one EDITION lies in.",
)
@language_option
@json_option
def command(
    edition: Path, *, base: Path | None, language: Language, as_json: str | None
) -> int | None:
    """Run EDITION again from its settings and inputs, and compare every published value.

    EDITION is a folder as `run` and `demo` leave it; nothing in it is changed. An input that is
    not the one the edition was made of is named before anything runs. The exit code is 1 when a
    value differs.
    """
    from slachtoffermonitor.edition import reproduce_edition

    console = Console(stderr=True)
    with console.status("Making the edition again") as status:
        comparison = reproduce_edition(edition, base=base, watch=status.update)
    if as_json:
        click.echo(json.dumps(comparison_as_json(comparison), ensure_ascii=False))
        return 0 if comparison.same else 1
    compared = {"values": Number(comparison.compared)}
    head = Text("No difference: all {values} published values came out the same.", compared)
    if not comparison.same:
        tables = {"tables": Number(len(comparison.changes))}
        head = Text("Tables that came out different: {tables}.", tables)
    for line in (head, *told_changes(comparison)):
        click.echo(line.in_language(language))
    return 0 if comparison.same else 1

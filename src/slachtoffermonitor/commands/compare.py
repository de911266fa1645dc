"""`slachtoffermonitor compare BEFORE AFTER`: what changed between two editions, and why."""

import json
from pathlib import Path

import click

from slachtoffermonitor.commands._comparing import comparison_as_json, told_changes
from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import Language, Number, Text

__all__ = ["command"]


@click.command("compare")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@language_option
@json_option
def command(before: Path, after: Path, *, language: Language, as_json: str | None) -> None:
    """Say what changed from the edition in BEFORE to the one in AFTER, and why.

    Both are folders as `run` and `demo` leave them. A figure can change because the deliveries
    changed, because the method did, or because a source revised it: each is named.
    """
    from slachtoffermonitor.edition import compare_editions, read_edition

    comparison = compare_editions(read_edition(before), read_edition(after))
    if as_json:
        click.echo(json.dumps(comparison_as_json(comparison), ensure_ascii=False))
        return
    head = Text("Every published value is the same.")
    if not comparison.same:
        tables = {"tables": Number(len(comparison.changes))}
        head = Text("Tables that are not the same: {tables}.", tables)
    for line in (head, *told_changes(comparison)):
        click.echo(line.in_language(language))

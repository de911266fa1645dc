"""`slachtoffermonitor simulate`: a synthetic nation with known truth, as delivery files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slachtoffermonitor.commands._options import json_option, language_option
from slachtoffermonitor.ground import Language, Number, Text, new_folder

if TYPE_CHECKING:
    from slachtoffermonitor.simulate import Nation

__all__ = ["command"]

# With this seed each yearly total lies within 3% of the published one; with most within 7%.
_SEED = 19


@click.command("simulate")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write; must not exist yet, or be empty.",
)
@click.option("--persons", type=int, help="True victims over ten years; default 62,500.")
@click.option("--seed", type=int, default=_SEED, show_default=True, help="Whole number from 0.")
@language_option
@json_option
def command(
    out: Path, persons: int | None, seed: int, language: Language, as_json: str | None
) -> None:
    """Make a simulated nation: the files that organisations would send, and the truth.

    Nobody in it exists. The figures resemble the published ones of 2014 to 2023; they are no
    evidence of anything real.
    """
    from slachtoffermonitor.simulate import simulate_nation, write_nation

    with new_folder(out) as folder:
        nation = simulate_nation(seed=seed, persons=persons)
        write_nation(nation, folder)
    if as_json:
        click.echo(json.dumps(_counts(nation), ensure_ascii=False))
        return
    for line in _summary(nation, out):
        click.echo(line.in_language(language))


def _counts(nation: Nation) -> dict[str, object]:
    """Count what was made, for a program that reads it."""
    return {
        "simulated": True,
        "seed": nation.seed,
        "persons": nation.persons,
        "registered": _registered(nation),
        "deliveries": {name: table.height for name, table in nation.deliveries.items()},
        "truth": {name: table.height for name, table in nation.truth.items()},
    }


def _registered(nation: Nation) -> int:
    return int(nation.truth["persons"]["registered"].sum())


def _summary(nation: Nation, out: Path) -> list[Text]:
    """Say what was made, for people."""
    tables = nation.deliveries
    notifications = [tables[name].height for name in tables if name.startswith("notifications-")]
    return [
        Text("This nation is simulated: nobody in it exists (seed {seed}).", {"seed": nation.seed}),
        Text(
            "True victims: {persons}, of whom {registered} were reported in {notifications} "
            "notifications by {reporters} reporters.",
            {
                "persons": Number(nation.persons),
                "registered": Number(_registered(nation)),
                "notifications": Number(sum(notifications)),
                "reporters": Number(len(notifications)),
            },
        ),
        Text(
            "Inhabitants in the population register: {people}; registered crimes: {crimes}; "
            "requests for help: {requests}; chat contacts: {chats}.",
            {
                "people": Number(tables["population"].height),
                "crimes": Number(tables["events"].height),
                "requests": Number(tables["care_requests"].height),
                "chats": Number(tables["chat_contacts"].height),
            },
        ),
        Text("Written to {folder}: deliveries/, truth/ and README.txt.", {"folder": str(out)}),
    ]

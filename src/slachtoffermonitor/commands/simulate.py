"""`slachtoffermonitor simulate`: a synthetic nation with known truth, as delivery files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from slachtoffermonitor.ground import Language, Number, Text, new_folder

__all__ = ["command"]


@click.command(name="simulate")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write; must not exist yet, or be empty.",
)
@click.option("--persons", type=int, help="True victims over ten years; default 62,500.")
@click.option("--seed", type=int, default=2024, show_default=True, help="Whole number from 0.")
@click.option(
    "--language", type=click.Choice(["nl", "en"]), default="en", show_default=True, help="Language."
)
@click.option(
    "--json", "as_json", type=click.Choice(["-"]), help="Print the counts as one JSON object."
)
def command(
    out: Path, persons: int | None, seed: int, language: Language, as_json: str | None
) -> None:
    """Make a simulated nation: the files that organisations would send, and the truth.

    Nobody in it exists. The figures resemble the published ones of 2014 to 2023; they are no
    evidence of anything real.
    """
    from slachtoffermonitor.simulate import simulate_nation, write_nation  # noqa: PLC0415

    with new_folder(out) as folder:
        nation = simulate_nation(seed=seed, persons=persons)
        write_nation(nation, folder)
    registered = int(nation.truth["persons"]["registered"].sum())
    counts = {
        "simulated": True,
        "seed": seed,
        "persons": nation.persons,
        "registered": registered,
        "deliveries": {name: table.height for name, table in nation.deliveries.items()},
        "truth": {name: table.height for name, table in nation.truth.items()},
    }
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False))
        return
    notifications = [
        table.height for name, table in nation.deliveries.items() if name.startswith("notif")
    ]
    for line in (
        Text("This nation is simulated: nobody in it exists (seed {seed}).", {"seed": seed}),
        Text(
            "True victims: {persons}, of whom {registered} were reported in {notifications} "
            "notifications by {reporters} reporters.",
            {
                "persons": Number(nation.persons),
                "registered": Number(registered),
                "notifications": Number(sum(notifications)),
                "reporters": Number(len(notifications)),
            },
        ),
        Text(
            "Inhabitants in the population register: {people}; registered crimes: {crimes}; "
            "requests for help: {requests}; chat contacts: {chats}.",
            {
                "people": Number(nation.deliveries["population"].height),
                "crimes": Number(nation.deliveries["events"].height),
                "requests": Number(nation.deliveries["care_requests"].height),
                "chats": Number(nation.deliveries["chat_contacts"].height),
            },
        ),
        Text("Written to {folder}: deliveries/, truth/ and README.txt.", {"folder": str(out)}),
    ):
        click.echo(line.in_language(language))

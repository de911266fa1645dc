"""Options that several commands share, so that they are called and explained alike."""

import click

from slachtoffermonitor.ground import LANGUAGES

__all__ = ["json_option", "language_option"]

json_option = click.option(
    "--json",
    "as_json",
    type=click.Choice(["-"]),
    help="Print one JSON object, and nothing else, on standard output.",
)
language_option = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the answer.",
)

"""`slachtoffermonitor demo`: a whole edition on embedded defaults."""

from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import click

from slachtoffermonitor.commands._making import make_edition
from slachtoffermonitor.commands._options import json_option

__all__ = ["command"]

_EPSILON = 4.0


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder to make; it must not exist or be empty.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance in the edition.")
@click.option("--persons", type=click.IntRange(min=1000), help="Victims in the simulated nation.")
@json_option
def command(out: Path, seed: int | None, persons: int | None, as_json: str | None) -> None:
    """Make a whole edition: a simulated nation beside the real published figures.

    The editions of 2014-2018 and 2016-2020 come with it, in OUT/editions, made from the same nation
    and with the figures that were published about those years. Synthetic records of the nation
    come with it where the extra `synthetic` is installed.
    """
    from slachtoffermonitor.edition import PUBLISHED_WINDOWS, Settings, settings_of_window

    settings = Settings()
    edition = replace(settings.edition, made_on=date.today())
    if seed is not None:
        edition = replace(edition, seed=seed)
    disclosure = settings.disclosure
    if find_spec("mbi"):  # of the extra `synthetic`
        disclosure = replace(disclosure, synthetic_epsilon=_EPSILON)
    deliveries = settings.deliveries
    if persons is not None:
        deliveries = replace(deliveries, persons=persons)
    settings = replace(settings, edition=edition, deliveries=deliveries, disclosure=disclosure)
    earlier = [settings_of_window(settings, window) for window in PUBLISHED_WINDOWS]
    make_edition(settings, out, base=out, earlier=earlier, as_json=as_json)

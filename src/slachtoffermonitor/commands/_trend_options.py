"""`slachtoffermonitor trend`: options that its questions share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from slachtoffermonitor.ground import InputError, Problem

if TYPE_CHECKING:
    from slachtoffermonitor.ground import Language, Text

__all__ = [
    "counts_argument",
    "day_of",
    "effort_option",
    "every_option",
    "harmonics_option",
    "labels_of",
    "level_option",
    "refuse_for_counts",
    "reporter_option",
    "seed_option",
    "until_option",
]

_LISTS = {
    "reporter": "reporters",
    "main_form": "forms",
    "route": "routes",
    "sex": "sexes",
    "citizenship": "countries",
    "residence": "residence",
    "type": "reporter_classes",
}

counts_argument = click.argument(
    "counts", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path)
)
level_option = click.option(
    "--level",
    type=click.FloatRange(0.5, 1, max_open=True),
    default=0.95,
    show_default=True,
    help="Probability with which an interval holds the truth.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Of what is drawn by lot; the same seed gives the same answer.",
)
until_option = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With notifications: the last day that they cover. Default: the day of the last one.",
)
every_option = click.option(
    "--every",
    type=click.Choice(["week", "month", "quarter", "year"]),
    help="With notifications: the periods to count in. Default: month.",
)
reporter_option = click.option(
    "--reporter",
    "reporters",
    multiple=True,
    help="Only this reporter (code list reporters); repeatable.",
)
harmonics_option = click.option(
    "--harmonics",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Pairs of sine and cosine for the season.",
)
effort_option = click.option(
    "--effort",
    type=click.Choice(["offset", "covariate"]),
    default="offset",
    show_default=True,
    help="With a column effort: counts are proportional to it, or their relation is estimated.",
)


def day_of(given: datetime | None) -> date | None:
    """Give the day of an option that is a date."""
    return None if given is None else given.date()


def labels_of(column: str, language: Language) -> dict[str, Text | str]:
    """Give how the codes of a column are called; nothing where it holds no codes."""
    from slachtoffermonitor.vocabulary import code_list

    if column not in _LISTS:
        return {}
    listed = code_list(_LISTS[column])
    return {code: listed.label(code, language) for code in listed}


def refuse_for_counts(options: Mapping[str, object]) -> None:
    """Refuse options that say how to count notifications where the counts were given."""
    given = [name for name, value in options.items() if value not in (None, ())]
    if given:
        raise InputError(
            [
                Problem(
                    what=f"{name} says how to count notifications, and these are counts",
                    allowed="deliveries of notifications, or leave the option out",
                )
                for name in given
            ]
        )

"""Editions of several windows, made from the records of one nation or register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from slachtoffermonitor.edition.settings import Settings

__all__ = ["PUBLISHED_WINDOWS", "settings_of_window"]

PUBLISHED_WINDOWS: tuple[tuple[int, int], ...] = ((2014, 2018), (2016, 2020))
"""Of the published factsheet on 2014-2018 and of the published monitor on 2016-2020."""


def settings_of_window(settings: Settings, window: tuple[int, int]) -> Settings:
    """Which settings make the edition of an earlier window from the same records?

    The records are those of today: what was reported late, or linked better since, is in. People
    are followed until the end of the year after the window, and published figures are shown up to
    its last year. No synthetic records are made: they would cost the same people privacy twice.

    Example:
        >>> settings_of_window(Settings(), (2014, 2018)).edition.name
        '2014-2018'

    """
    first, last = window
    years = settings.simulated_years
    return replace(
        settings,
        edition=replace(
            settings.edition,
            name=f"{first}-{last}",
            first_year=first,
            last_year=last,
            published_until=last,
        ),
        deliveries=replace(
            settings.deliveries,
            simulated_years=(years[0], years[-1]),
            observed_until=min(date(last + 1, 12, 31), settings.deliveries.observed_until),
        ),
        disclosure=replace(settings.disclosure, synthetic_epsilon=0.0),
    )

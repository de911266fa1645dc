"""Days after a day: months, weeks, and working days of the Netherlands. Pure."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

__all__ = ["UNITS", "day_after", "months_after", "public_holidays", "working_days_after"]

UNITS: Final = ("working_days", "weeks", "months")
_SUNDAY: Final = 6


def months_after(day: date, months: int) -> date:
    """Which day is so many months later? The last of a month that has no such day.

    Example:
        >>> months_after(date(2025, 11, 30), 3)
        datetime.date(2026, 2, 28)

    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_after(day: date, days: int) -> date:
    """Which working day is the so-manieth after a day, which itself does not count?

    Example:
        >>> working_days_after(date(2026, 12, 24), 1)
        datetime.date(2026, 12, 28)

    """
    closed = [
        holiday
        for year in range(day.year, day.year + 2 + days // 200)
        for holiday in public_holidays(year)
    ]
    found = np.busday_offset(day, days, roll="backward", holidays=closed)
    result: date = found.astype("datetime64[D]").item()
    return result


def day_after(day: date, amount: int, unit: str) -> date:
    """Which day is the last of a term of so many working days, weeks or months?

    Raises:
        ValueError: no such unit.

    """
    if unit == "working_days":
        return working_days_after(day, amount)
    if unit == "weeks":
        return day + timedelta(weeks=amount)
    if unit == "months":
        return months_after(day, amount)
    raise ValueError(f"a term is in {', '.join(UNITS)}")


@cache
def public_holidays(year: int) -> tuple[date, ...]:
    """Which days of a year are no working days, besides Saturdays and Sundays?

    Source: Algemene termijnenwet, article 3; Easter by Meeus (1991), chapter 8.
    """
    rules = _rules()
    fixed = [date.fromisoformat(f"{year}-{day}") for day in rules["fixed"]]
    easter = _easter(year)
    moving = [easter + timedelta(days=days) for days in rules["after_easter"]]
    king = date.fromisoformat(f"{year}-{rules['kings_day']}")
    if king.weekday() == _SUNDAY:
        king -= timedelta(days=1)
    return tuple(sorted({*fixed, *moving, king}))


@cache
def _rules() -> Mapping[str, Any]:
    path = files("slachtoffermonitor.service.care").joinpath("data", "holidays.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _easter(year: int) -> date:
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    ahead = moon - weekday
    month = 3 + (ahead + 40) // 44
    return date(year, month, ahead + 28 - 31 * (month // 4))

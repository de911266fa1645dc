"""What the settings of an edition may be: the limits within which they mean something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slachtoffermonitor.ground import InputError, Problem

if TYPE_CHECKING:
    from slachtoffermonitor.edition.settings import Settings

__all__ = ["limits"]

_SOURCES = ("simulated", "files")
_LEVELS = (0.8, 0.95)


def limits(settings: Settings, file: str) -> Iterator[Problem]:
    """Which settings lie outside their limits? `file` is where they were read."""
    for holds, what, found, allowed in (
        *_window_limits(settings),
        *_method_limits(settings),
        *_publication_limits(settings),
    ):
        if not holds:
            yield Problem(what=what, file=file, found=str(found), allowed=allowed)


def _window_limits(settings: Settings) -> Iterator[tuple[bool, str, object, str]]:
    edition, deliveries = settings.edition, settings.deliveries
    yield (
        1990 <= edition.first_year <= edition.last_year <= 2100,
        "[edition] first_year to last_year is no window",
        f"{edition.first_year} to {edition.last_year}",
        "first_year up to last_year, from 1990 to 2100",
    )
    yield edition.seed >= 0, "[edition] seed is negative", edition.seed, "0 or more"
    yield (
        edition.published_until == 0 or edition.published_until >= edition.last_year,
        "[edition] published_until lies before the window ends",
        edition.published_until,
        f"0, or {edition.last_year} or later",
    )
    yield (
        _holds_window(deliveries.simulated_years, edition.first_year, edition.last_year),
        "[deliveries] simulated_years do not hold the window",
        list(deliveries.simulated_years),
        f"[], or first and last year around {edition.first_year} to {edition.last_year}",
    )
    yield (
        deliveries.source in _SOURCES,
        "[deliveries] source is not known",
        deliveries.source,
        ", ".join(_SOURCES),
    )
    yield (
        deliveries.persons >= 1_000,
        "[deliveries] persons is too small to show anything",
        deliveries.persons,
        "1000 or more",
    )
    yield (
        deliveries.observed_until.year >= edition.last_year,
        "[deliveries] observed_until lies before the window ends",
        deliveries.observed_until,
        f"a date in {edition.last_year} or later",
    )


def _publication_limits(settings: Settings) -> Iterator[tuple[bool, str, object, str]]:
    said = settings.publication
    yield (
        said.address.startswith(("http://", "https://")) and said.address.endswith("/"),
        "[publication] address is no folder on the web",
        said.address,
        "https://… with a slash at its end",
    )
    for name in ("publisher_id", "licence"):
        found = getattr(said, name)
        right = found.startswith(("http://", "https://"))
        yield right, f"[publication] {name} is no address", found, "https://…"


def _holds_window(years: tuple[int, ...], first: int, last: int) -> bool:
    return not years or (len(years) == 2 and years[0] <= first <= last <= years[1])


def _method_limits(settings: Settings) -> Iterator[tuple[bool, str, object, str]]:
    estimate, follow = settings.estimate, settings.follow
    yield (
        estimate.bootstrap == 0 or estimate.bootstrap >= 50,
        "[estimate] bootstrap has too few replicates for an interval",
        estimate.bootstrap,
        "0 or at least 50",
    )
    yield 2 <= estimate.lists <= 5, "[estimate] lists is out of reach", estimate.lists, "2 to 5"
    yield (
        estimate.level in _LEVELS,
        "[estimate] level has no interval",
        estimate.level,
        ", ".join(str(level) for level in _LEVELS),
    )
    yield (
        follow.clearing_days >= 0,
        "[follow] has a negative clearing period",
        follow.clearing_days,
        "0 or more days",
    )
    yield (
        bool(follow.horizons_years) and min(follow.horizons_years) > 0,
        "[follow] has no horizons_years, or one that is not in the future",
        list(follow.horizons_years),
        "years from 1",
    )
    yield from _synthetic_limits(settings)
    try:
        settings.disclosure.rules(settings.edition.seed)
    except InputError as error:
        for problem in error.problems:
            what = f"[disclosure] {problem.what}"
            yield False, what, problem.found or "", problem.allowed or ""


def _synthetic_limits(settings: Settings) -> Iterator[tuple[bool, str, object, str]]:
    rules, files = settings.disclosure, settings.deliveries.source == "files"
    yield (
        0 <= rules.synthetic_epsilon <= rules.budget,
        "[disclosure] synthetic_epsilon is more than there is, or less than nothing",
        rules.synthetic_epsilon,
        f"0 (no synthetic records) to the budget, {rules.budget:g}",
    )
    yield (
        not (files and rules.synthetic_epsilon and not rules.ledger),
        "[disclosure] synthetic_epsilon of real records needs a ledger, in which it is booked",
        rules.ledger,
        "the name of a file",
    )

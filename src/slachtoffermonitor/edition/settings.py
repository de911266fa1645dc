"""The settings of one edition: `monitor.toml`, read strictly and written with its explanations."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

from slachtoffermonitor.disclose import METHODS, Method
from slachtoffermonitor.edition.sections import (
    DeliverySettings,
    DisclosureSettings,
    EditionSettings,
    EstimateSettings,
    FollowSettings,
)
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Settings", "read_settings", "render_settings"]

_SOURCES = ("simulated", "files")
_LEVELS = (0.8, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of an edition, section by section."""

    edition: EditionSettings = field(default_factory=EditionSettings)
    deliveries: DeliverySettings = field(default_factory=DeliverySettings)
    estimate: EstimateSettings = field(default_factory=EstimateSettings)
    follow: FollowSettings = field(default_factory=FollowSettings)
    disclosure: DisclosureSettings = field(default_factory=DisclosureSettings)

    @property
    def years(self) -> range:
        """The years of the edition's window."""
        return range(self.edition.first_year, self.edition.last_year + 1)

    @property
    def simulated_years(self) -> range:
        """The years of the simulated nation that the edition is made from."""
        first, last = self.deliveries.simulated_years or (self.years[0], self.years[-1])
        return range(first, last + 1)

    def as_mapping(self) -> dict[str, dict[str, object]]:
        """Give the settings as plain values, dates as ISO text, for the provenance."""
        return {
            section.name: {
                key.name: _plain(getattr(getattr(self, section.name), key.name))
                for key in fields(getattr(self, section.name))
            }
            for section in fields(self)
        }


_EXPLAINED = {
    "edition": (
        "Which years this edition is about, and the seed of all chance in it. published_until: the "
        "last year of which published figures are shown (0: all)."
    ),
    "deliveries": (
        'Where the records come from. source: "files" reads the files in the folder; '
        '"simulated" makes a synthetic nation of so many victims, in simulated_years (first and '
        "last; [] for the years of the edition)."
    ),
    "estimate": (
        "The hidden number: replicates of the bootstrap, reporters that stand as a list of "
        "their own, level of the intervals."
    ),
    "follow": "Following people: days after registration that do not count, horizons in years.",
    "disclosure": (
        "How all tables are protected as one set: method (suppression, rounding, cell-key, noise "
        "or minimum-and-rounding) and house rules; ledger = file of all releases; approvals = the "
        "names of the two people who let tables of a real register leave."
    ),
}


def read_settings(path: Path) -> Settings:
    """Read `monitor.toml`; what is left out has its default.

    Raises:
        InputError: with every problem: not TOML, unknown sections or keys, values of the wrong
            kind or outside their limits.

    """
    file = str(path)
    if not path.is_file():
        raise InputError(
            Problem(
                what="does not exist; `slachtoffermonitor new DIR` makes an edition folder",
                file=file,
            )
        )
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(what=f"is not valid TOML: {error}", file=file)) from error
    sections = get_type_hints(Settings)
    problems = [
        Problem(what="unknown section", file=file, found=name, allowed=", ".join(sections))
        for name in raw
        if name not in sections
    ]
    read: dict[str, Any] = {}
    for name, kind in sections.items():
        values, found = _read_section(raw.get(name, {}), name, kind, file)
        problems += found
        read[name] = values
    if not problems:
        settings = Settings(**{name: sections[name](**read[name]) for name in sections})
        problems = list(_limits(settings, file))
    if problems:
        raise InputError(problems)
    return settings


def render_settings(settings: Settings) -> str:
    """Write the settings as TOML, each section with a line that explains it."""
    lines = ["# One edition of the monitor. `slachtoffermonitor run` on this folder makes it.", ""]
    for section, values in settings.as_mapping().items():
        lines += [f"# {_EXPLAINED[section]}", f"[{section}]"]
        original = getattr(settings, section)
        lines += [f"{key} = {_toml(getattr(original, key))}" for key in values]
        lines.append("")
    return "\n".join(lines)


def _read_section(
    raw: object, name: str, kind: type, file: str
) -> tuple[dict[str, Any], list[Problem]]:
    if not isinstance(raw, Mapping):
        return {}, [Problem(what=f"'{name}' is not a section", file=file, allowed=f"[{name}]")]
    hints = get_type_hints(kind)
    problems = [
        Problem(what=f"unknown setting in [{name}]", file=file, found=key, allowed=", ".join(hints))
        for key in raw
        if key not in hints
    ]
    values: dict[str, Any] = {}
    for key, hint in hints.items():
        if key not in raw:
            continue
        value, right = _typed(raw[key], hint)
        if right:
            values[key] = value
        else:
            problems.append(
                Problem(
                    what=f"[{name}] {key} is of the wrong kind",
                    file=file,
                    found=repr(raw[key]),
                    allowed=_KINDS[hint],
                )
            )
    return values, problems


_KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "text in quotation marks",
    date: "a date, as 2024-10-18",
    tuple[int, ...]: "whole numbers in brackets, as [1, 3, 5]",
    tuple[str, ...]: 'texts in brackets, as ["Ann", "Bob"]',
    Method: ", ".join(METHODS),
}


_LISTED: dict[Any, type] = {tuple[int, ...]: int, tuple[str, ...]: str}


def _typed(value: object, hint: Any) -> tuple[Any, bool]:
    if hint in _LISTED:
        right = isinstance(value, list) and all(type(item) is _LISTED[hint] for item in value)
        return (tuple(value) if right else None), right  # type: ignore[arg-type]
    if hint is Method:
        return value, value in METHODS
    if hint is float:
        return value, type(value) in (int, float)
    return value, type(value) is hint


def _limits(settings: Settings, file: str) -> Iterator[Problem]:
    for holds, what, found, allowed in (*_window_limits(settings), *_method_limits(settings)):
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
    try:
        settings.disclosure.rules(settings.edition.seed)
    except InputError as error:
        for problem in error.problems:
            what = f"[disclosure] {problem.what}"
            yield False, what, problem.found or "", problem.allowed or ""


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, int) and not isinstance(value, bool) and value >= 100_000:
        return str(value)
    return str(_plain(value))

"""The settings of one edition: `monitor.toml`, read strictly and written with its explanations."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

from slachtoffermonitor.disclose import METHODS, Method
from slachtoffermonitor.edition.limits import limits
from slachtoffermonitor.edition.sections import (
    DeliverySettings,
    DisclosureSettings,
    EditionSettings,
    EstimateSettings,
    FollowSettings,
    PublicationSettings,
)
from slachtoffermonitor.ground import InputError, Problem

__all__ = ["Settings", "read_settings", "render_settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of an edition, section by section."""

    edition: EditionSettings = field(default_factory=EditionSettings)
    deliveries: DeliverySettings = field(default_factory=DeliverySettings)
    estimate: EstimateSettings = field(default_factory=EstimateSettings)
    follow: FollowSettings = field(default_factory=FollowSettings)
    disclosure: DisclosureSettings = field(default_factory=DisclosureSettings)
    publication: PublicationSettings = field(default_factory=PublicationSettings)

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
        "names of the two people who let tables of a real register leave; synthetic_epsilon = what "
        "synthetic records may cost of the budget (0: none are made)."
    ),
    "publication": (
        "Who publishes the edition, where and under which licence, for catalogues of open data. "
        "The example addresses lead nowhere: state your own, the address with a slash at its end."
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
        problems = list(limits(settings, file))
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

"""What can be set of an edition, section by section of `monitor.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slachtoffermonitor.disclose import Method, Rules

__all__ = [
    "DeliverySettings",
    "DisclosureSettings",
    "EditionSettings",
    "EstimateSettings",
    "FollowSettings",
    "PublicationSettings",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionSettings:
    """Which years the edition is about, and the seed of all chance in it.

    `published_until` is the last year of which published figures are shown; 0 shows all of them.
    """

    name: str = "demo"
    first_year: int = 2014
    last_year: int = 2023
    published_until: int = 0
    made_on: date = date(2024, 10, 18)
    seed: int = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """Where the records come from: the files of organisations, or a simulated nation.

    `persons` and `simulated_years` (first and last) are of the simulated nation; without years it
    has those of the edition.
    """

    source: str = "simulated"
    folder: str = "deliveries"
    persons: int = 62_500
    simulated_years: tuple[int, ...] = ()
    observed_until: date = date(2024, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateSettings:
    """How the hidden number is estimated.

    `lists` is the number of reporters with the most persons that stand as a list of their own;
    the others together form one more.
    """

    bootstrap: int = 200
    lists: int = 4
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowSettings:
    """How people are followed: days after the index date that do not count, horizons in years."""

    clearing_days: int = 60
    horizons_years: tuple[int, ...] = (1, 3, 5, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureSettings:
    """How the tables are protected, by house rules: see `disclose.Rules`.

    `ledger` is the file of all releases, named from the folder of the edition (empty: no memory).
    `approvals` are the names of the two people who let tables of a real register leave.
    `synthetic_epsilon` is what the synthetic records may cost of the budget; 0 makes none.
    """

    method: Method = "rounding"
    minimum: int = 10
    base: int = 5
    sliding: int = -1
    variance: float = 4.0
    furthest: int = 8
    epsilon: float = 1.0
    budget: float = 4.0
    synthetic_epsilon: float = 0.0
    seconds: float = 120.0
    ledger: str = ""
    approvals: tuple[str, ...] = ()

    def rules(self, seed: int) -> Rules:
        """Give the house rules; a `sliding` below 0 is the width that goes with the method.

        Raises:
            InputError: nothing would be protected under them.

        """
        wide = {"cell-key": 2, "noise": 2}.get(self.method)
        return Rules(
            method=self.method,
            minimum=self.minimum,
            base=self.base,
            sliding=wide if self.sliding < 0 else self.sliding,
            variance=self.variance,
            furthest=self.furthest,
            epsilon=self.epsilon,
            budget=self.budget,
            seconds=self.seconds,
            seed=seed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSettings:
    """Who publishes the edition, where and under which licence: what a catalogue must say of it.

    The defaults are example addresses, which lead nowhere; a real edition states its own.
    """

    publisher: str = "Slachtoffermonitor (example)"
    publisher_id: str = "https://example.org/slachtoffermonitor"
    email: str = "monitor@example.org"
    address: str = "https://example.org/slachtoffermonitor/edition/"
    licence: str = "http://creativecommons.org/licenses/by/4.0/"

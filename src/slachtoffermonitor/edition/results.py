"""What an edition holds once it has been run: only what may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from slachtoffermonitor.disclose import Ledger, ReleasedTable, SyntheticRecords
from slachtoffermonitor.ground import Text
from slachtoffermonitor.published import Claim

__all__ = ["Edition", "Finding", "Provenance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One headline: a sentence with its numbers, how we know, and what should be done.

    `headline` is the figure alone as a reader sees it large ("668", "1 in 9.4"); `claims` are the
    ids of the published claims behind it, `table` the name of the table it can be read in.
    """

    key: str
    headline: Text
    sentence: Text
    how_we_know: Text
    recommendation: Text
    table: str
    claims: tuple[str, ...]
    simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is needed to make the same edition again: versions, seeds, hashes of the inputs.

    `seconds` per step is not part of what must be the same.
    """

    version: str
    python: str
    libraries: Mapping[str, str]
    seed: int
    settings: Mapping[str, object]
    inputs: Mapping[str, str]
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the monitor: its findings, its safe tables, the claims, the provenance.

    `ledger` holds all releases with this one, where the settings name a file for it; it is written
    when the edition has been published. `synthetic` are records of nobody, if the settings ask for
    them. `earlier` names the folders of editions of other windows
    that lie inside this one's, by their window ("2014-2018": "editions/2014-2018").
    """

    name: str
    title: Text
    window: tuple[int, int]
    made_on: date
    findings: tuple[Finding, ...]
    tables: Mapping[str, ReleasedTable]
    claims: tuple[Claim, ...]
    provenance: Provenance
    ledger: Ledger | None = None
    synthetic: SyntheticRecords | None = None
    earlier: Mapping[str, str] = field(default_factory=dict)

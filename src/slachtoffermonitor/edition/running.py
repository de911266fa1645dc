"""The order of the work: from deliveries to an edition of released tables.

This is the only module that knows in which order the rooms are called.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from slachtoffermonitor.disclose import (
    Ledger,
    Origin,
    ReleasedTable,
    Table,
    check_approvals,
    protect,
    release,
)
from slachtoffermonitor.edition.deliveries import Deliveries, read_deliveries, simulate_deliveries
from slachtoffermonitor.edition.findings import state_findings
from slachtoffermonitor.edition.memory import Memory
from slachtoffermonitor.edition.provenance import Timing, describe_provenance
from slachtoffermonitor.edition.results import Edition
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables.changes import (
    public_changes,
    register_changes,
    silence_table,
)
from slachtoffermonitor.edition.tables.circumstances import circumstance_tables
from slachtoffermonitor.edition.tables.following import (
    clearing_table,
    follow_registered,
    overlap_table,
    repeat_tables,
    waiting_table,
)
from slachtoffermonitor.edition.tables.hidden_number import published_models, yearly_estimates
from slachtoffermonitor.edition.tables.places import waiting_spread
from slachtoffermonitor.edition.tables.public_figures import public_tables
from slachtoffermonitor.edition.tables.registered import describe_registered, registered_tables
from slachtoffermonitor.edition.tables.synthetic import synthetic_records
from slachtoffermonitor.edition.tables.tokens import stated_by_tokens
from slachtoffermonitor.ground import InputError, Problem, Text
from slachtoffermonitor.link import Linkage, link_reports
from slachtoffermonitor.published import claims

__all__ = ["run_edition"]


def _unwatched(step: str) -> None:
    """Tell nobody."""


def run_edition(
    settings: Settings,
    base: Path,
    *,
    approvals: Sequence[str] = (),
    secret: bytes = b"",
    watch: Callable[[str], None] = _unwatched,
    memory: Memory | None = None,
    synthetic: bool = True,
) -> Edition:
    """Make an edition: read or simulate the deliveries, compute, protect and release.

    Args:
        settings: of the edition.
        base: the folder that `settings.deliveries.folder` and the ledger are named from.
        approvals: names of people who approve the release, beside those in the settings. Tables of
            a real register need two.
        secret: key of cell keys; the same in every edition.
        watch: told the name of each step when it begins.
        memory: of other editions of the same records, made in one go; see `Memory`.
        synthetic: False leaves the synthetic records out, which differ each time.

    Raises:
        InputError: the deliveries cannot be used; all their problems at once.
        ReleaseError: two people did not approve, an attack breaks the protected tables, or the
            privacy budget is spent.

    """
    timing = Timing(watch=watch)
    memory = Memory() if memory is None else memory
    until = settings.edition.published_until or None
    with timing.step("deliveries"):
        deliveries = memory.once(
            ("deliveries", *_records_of(settings, base)), lambda: _deliveries(settings, base)
        )
    approved = _approved(settings, approvals)
    with timing.step("published figures"):
        tables = [*public_tables(until), public_changes(until), published_models(settings)]
    linkage = _linked(deliveries, settings, timing, base, memory)
    tables += _register_tables(linkage, deliveries, settings, timing, base=base, memory=memory)
    records = None
    if synthetic and settings.disclosure.synthetic_epsilon:
        with timing.step("synthetic records"):
            records = synthetic_records(
                linkage.reports,
                deliveries.get("notifications"),
                settings,
                simulated=deliveries.simulated,
                watch=lambda step: watch(f"Synthetic records: {step}"),
            )
    with timing.step("disclosure control"):
        released, ledger = _released(tables, settings, base, approved, secret=secret, watch=watch)
    window = (settings.edition.first_year, settings.edition.last_year)
    return Edition(
        name=settings.edition.name,
        title=Text(
            "Monitor of human trafficking {first}-{last}", {"first": window[0], "last": window[1]}
        ),
        window=window,
        made_on=settings.edition.made_on,
        findings=state_findings(released, window),
        tables=released,
        claims=claims(),
        provenance=describe_provenance(settings, deliveries.inputs, timing),
        ledger=ledger,
        synthetic=records,
    )


def _approved(settings: Settings, approvals: Sequence[str]) -> tuple[str, ...] | None:
    """Give the two people who approve; None where nobody can be harmed and nobody was named."""
    names = (*settings.disclosure.approvals, *approvals)
    real = settings.deliveries.source != "simulated"
    return check_approvals(names) if real or names else None


def _released(
    tables: Sequence[Table],
    settings: Settings,
    base: Path,
    approved: tuple[str, ...] | None,
    *,
    secret: bytes,
    watch: Callable[[str], None],
) -> tuple[Mapping[str, ReleasedTable], Ledger | None]:
    """Protect all tables as one set with all that was released before, attack and release them."""
    rules = settings.disclosure.rules(settings.edition.seed)
    file = settings.disclosure.ledger
    before = Ledger.read(base / file) if file else Ledger()
    also = settings.disclosure.synthetic_epsilon
    before.afford(also + (rules.epsilon if rules.method == "noise" else 0), rules.budget)
    protected = protect(
        tables,
        rules,
        ledger=before,
        secret=secret,
        watch=lambda step: watch(f"Disclosure control: {step}"),
    )
    released = release(protected, approvals=approved)
    if not file:
        return released, None
    grown = before.add(
        list(released.values()),
        edition=settings.edition.name,
        released_on=settings.edition.made_on,
        approvals=approved or (),
        epsilon=protected.epsilon + also,
    )
    return released, grown


def _deliveries(settings: Settings, base: Path) -> Deliveries:
    if settings.deliveries.source == "simulated":
        return simulate_deliveries(settings)
    found = read_deliveries(base / settings.deliveries.folder)
    if found.by_tokens and settings.disclosure.synthetic_epsilon:
        raise InputError(
            Problem(
                what="[disclosure] synthetic records say ages and countries, which tokens do not",
                found=str(settings.disclosure.synthetic_epsilon),
                allowed="synthetic_epsilon = 0, or deliveries in clear text",
            )
        )
    return found


def _records_of(settings: Settings, base: Path) -> tuple[Hashable, ...]:
    """Give everything that decides which records there are and how they are linked."""
    first = settings.simulated_years[0]
    of_records = replace(settings.deliveries, observed_until=date.max, simulated_years=())
    return of_records, first, len(settings.simulated_years), settings.edition.seed, base


def _linked(
    deliveries: Deliveries, settings: Settings, timing: Timing, base: Path, memory: Memory
) -> Linkage:
    """Link the notifications to persons, and those to the population register."""
    private = deliveries.by_tokens
    reports = deliveries.get("tokens" if private else "notifications")
    population = deliveries.get("population_tokens" if private else "population")
    with timing.step("linkage"):
        return memory.once(
            ("linkage", *_records_of(settings, base)),
            lambda: link_reports(
                reports,
                private=private,
                population=None if population.is_empty() else population,
                verdicts=deliveries.get("verdicts"),
                seed=settings.edition.seed,
            ),
        )


def _register_tables(
    linkage: Linkage,
    deliveries: Deliveries,
    settings: Settings,
    timing: Timing,
    *,
    base: Path,
    memory: Memory,
) -> list[Table]:
    """Compute every table of the register."""
    records = _records_of(settings, base)
    origin: Origin = "simulated" if deliveries.simulated else "register"
    notifications = deliveries.get("notifications")
    persons, memberships = linkage.persons, linkage.memberships()
    persons = persons.filter(pl.col("first_reported_on").dt.year() <= settings.years[-1])
    with timing.step("register"):
        stated = stated_by_tokens(deliveries.get("tokens"), linkage.reports)
        described = describe_registered(persons, memberships, settings.years, stated)
        tables = list(registered_tables(described, memberships, origin))
        tables += circumstance_tables(described, linkage.reports, notifications, origin)
    with timing.step("hidden number"):
        tables.append(
            yearly_estimates(
                memberships,
                settings,
                origin,
                deliveries.victims_by_year,
                of_year=lambda year, make: memory.once(
                    ("hidden", year, settings.estimate, *records), make
                ),
            )
        )
    with timing.step("follow-up"):
        tables += _followed(persons, deliveries, settings, origin)
    with timing.step("change and silence"):
        tables.append(register_changes(described, memberships, origin))
        tables.append(silence_table(notifications, settings, origin))
    return tables


def _followed(
    persons: pl.DataFrame, deliveries: Deliveries, settings: Settings, origin: Origin
) -> list[Table]:
    tables: list[Table] = []
    followed = follow_registered(persons, deliveries, settings)
    if followed is not None:
        tables += repeat_tables(followed, settings, origin)
        tables.append(clearing_table(followed, settings, origin))
        overlapping = overlap_table(followed, settings, origin)
        tables += [] if overlapping is None else [overlapping]
    requests = deliveries.get("care_requests")
    if not requests.is_empty():
        tables.append(waiting_table(requests, settings, origin))
        spread = waiting_spread(requests, settings, origin)
        tables += [] if spread is None else [spread]
    return tables

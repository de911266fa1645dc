"""What the command `follow` prints, as text and as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import polars as pl

    from slachtoffermonitor.follow import (
        CappedWait,
        FollowUp,
        MeanCumulativeCount,
        Overlap,
        WaitingHarm,
    )
    from slachtoffermonitor.ground import Language

__all__ = ["as_json_object", "print_counts", "print_follow_up", "print_waiting", "waiting_json"]


def as_json_object(
    found: FollowUp, clearing: pl.DataFrame, overlap: Overlap, language: Language
) -> dict[str, Any]:
    """Give shares, clearing, overlap and the account of every row."""
    definition = found.definition
    return {
        "definition": {
            "observed_until": definition.observed_until.isoformat(),
            "id_column": definition.id_column,
            "index_column": definition.index_column,
            "clearing_days": definition.clearing_days,
            "recording_days": definition.recording_days,
            "event_role": found.event.role,
            "event_kinds": found.event.kinds,
            "event_date": definition.event_date,
            "competing": definition.competing,
            "by": found.incidences[0].by,
            "level": found.level,
        },
        "account": dict(found.account),
        "questions": {name: text.in_language(language) for name, text in found.questions.items()},
        "horizons": found.horizons.to_dicts(),
        "clearing_sensitivity": clearing.to_dicts(),
        "overlap": {
            "persons": overlap.persons,
            "not_linked": overlap.not_linked,
            "not_in_register": overlap.not_in_register,
            "shares": overlap.shares.to_dicts(),
        },
    }


def print_follow_up(
    found: FollowUp, clearing: pl.DataFrame, overlap: Overlap, language: Language
) -> None:
    """Print the question of each method before its figures."""
    click.echo(f"{found.account['followed']} of {found.account['persons']} persons followed")
    for name, number in found.account.items():
        if number and name not in ("persons", "followed"):
            click.echo(f"  {name.replace('_', ' ')}: {number}")
    for method, text in found.questions.items():
        click.echo(f"\n{method}: {text.in_language(language)}")
        _print_rows(found.horizons, method)
    click.echo("\nshare by clearing period (days), aalen-johansen, everybody:")
    rows = clearing.filter(method="aalen-johansen", group="")
    for row in rows.iter_rows(named=True):
        share = "-" if row["share"] is None else f"{100 * row['share']:.1f}%"
        click.echo(f"  {row['clearing_days']:>3} days  {row['horizon_years']:g} years  {share}")
    click.echo(f"\nalso a suspect (of {overlap.persons} persons in the register):")
    for row in overlap.shares.iter_rows(named=True):
        click.echo(
            f"  {row['sequence']:<17} {row['persons']:>7}  {100 * row['share']:.1f}% "
            f"({100 * row['low']:.1f} to {100 * row['high']:.1f})"
        )


def _print_rows(horizons: pl.DataFrame, method: str) -> None:
    for row in horizons.filter(method=method).iter_rows(named=True):
        name = f"  {row['group'] or 'all'}, {row['horizon_years']:g} years"
        if row["share"] is None:
            click.echo(f"{name}: the register ends too early")
            continue
        click.echo(
            f"{name}: {100 * row['share']:.1f}% ({100 * row['low']:.1f} to "
            f"{100 * row['high']:.1f}); {row['events']} of {row['n']}, {row['at_risk']} at risk"
        )


def print_counts(counts: MeanCumulativeCount, years: tuple[float, ...]) -> None:
    """Print mean numbers of events."""
    click.echo("\nmean number of events per person:")
    for row in counts.table(years).iter_rows(named=True):
        if row["mean"] is not None:
            click.echo(
                f"  {row['group'] or 'all'}, {row['horizon_years']:g} years: {row['mean']:.2f} "
                f"({row['low']:.2f} to {row['high']:.2f})"
            )


def waiting_json(harm: WaitingHarm, capped: CappedWait, language: Language) -> dict[str, Any]:
    """Give what waiting is set beside, with the range and its assumptions."""
    return {
        "rates": harm.rates.to_dicts(),
        "ratio": harm.ratio,
        "at_most_weeks": capped.weeks,
        "events": capped.events,
        "averted": capped.averted,
        "range": (capped.low, capped.high),
        "assumptions": [text.in_language(language) for text in capped.assumptions],
    }


def print_waiting(harm: WaitingHarm, capped: CappedWait, language: Language) -> None:
    """Print rates by how people stand with help, and the range of a shorter wait."""
    click.echo("\nvictim again per person-year, by how the person stands with help:")
    for row in harm.rates.iter_rows(named=True):
        click.echo(
            f"  {row['group'] or 'all':<10} {row['rate']:.3f} ({row['low']:.3f} to "
            f"{row['high']:.3f}); {row['events']} events"
        )
    value, low, high = harm.ratio
    click.echo(f"  waiting against helped: {value:.2f} ({low:.2f} to {high:.2f})")
    click.echo(capped.statement().in_language(language))
    for text in capped.assumptions:
        click.echo(f"  - {text.in_language(language)}")

"""Whether municipalities truly differ in how long victims wait, or by chance alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from slachtoffermonitor.disclose import Origin, Table
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables._columns import columns
from slachtoffermonitor.edition.tables.registered import source_of
from slachtoffermonitor.ground import Text
from slachtoffermonitor.trend import funnel

__all__ = ["against_country", "waiting_spread"]

_LEAST_PLACES = 3
_SAID = {
    "differ": "Municipalities differ more than chance explains.",
    "about the same": "Municipalities are about the same.",
    "no conclusion": "Chance alone can explain how municipalities differ.",
}
_PLACE_SAID = {
    "higher": "Help starts sooner here than in the country, by more than chance explains.",
    "lower": "Help starts later here than in the country, by more than chance explains.",
    "as expected": "Chance alone can explain the difference with the country.",
    "too few": "There are too few requests here to compare with the country.",
}


def against_country(requests: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Does help start sooner or later in a municipality than chance explains?

    A verdict is a question to the municipality: its requests may differ.

    Returns:
        Columns `municipality` and `note`, a sentence; without rows where fewer than three
        municipalities can be compared.

    """
    starts = _starts(requests, settings.deliveries.observed_until)
    if starts.height < _LEAST_PLACES or not starts["count"].sum():
        return pl.DataFrame(schema={"municipality": pl.String, "note": pl.String})
    found = funnel(starts, seed=settings.edition.seed).places
    return found.select(municipality="place", note=pl.col("verdict").replace_strict(_PLACE_SAID))


def waiting_spread(requests: pl.DataFrame, settings: Settings, origin: Origin) -> Table | None:
    """Do municipalities differ beyond chance in how fast help starts?

    Per municipality the starts are held against those to be expected if its requests had the
    national chance of a start on each day that they waited. None where fewer than three
    municipalities can be compared.
    """
    starts = _starts(requests, settings.deliveries.observed_until)
    if starts.height < _LEAST_PLACES or not starts["count"].sum():
        return None
    found = funnel(starts, seed=settings.edition.seed)
    between = found.between
    names = ("key", "value", "low", "high", "probability", "note")
    row = (
        "Spread between municipalities in how fast help starts",
        round(between.value, 2),
        round(between.low, 2),
        round(between.high, 2),
        float(f"{between.p_value:.1g}"),
        _SAID[found.verdict],
    )
    kinds = (pl.String, *[pl.Float64] * 4, pl.String)
    return Table(
        name="waiting_spread",
        title=Text("Whether municipalities differ in waiting for help"),
        frame=pl.DataFrame([row], schema=dict(zip(names, kinds, strict=True)), orient="row"),
        columns=columns(*names),
        origin=origin,
        source=source_of(origin),
        notes=(
            Text(
                "The value is the standard deviation between municipalities as a share of the "
                "average; 0 means that chance explains all of it."
            ),
        ),
    )


def _starts(requests: pl.DataFrame, on: date) -> pl.DataFrame:
    """Count starts of help by municipality, and those expected from the national hazard."""
    day = pl.lit(on)
    started = pl.when(pl.col("started_on") <= day).then("started_on")
    closed = pl.when(pl.col("closed_on") <= day).then("closed_on")
    rows = (
        requests.filter((pl.col("requested_on") <= day) & pl.col("municipality").is_not_null())
        .with_columns(started_on=started, closed_on=closed)
        .select(
            place=pl.col("municipality").cast(pl.String),
            waited=(
                pl.coalesce("started_on", "closed_on", day) - pl.col("requested_on")
            ).dt.total_days(),
            count=pl.col("started_on").is_not_null().cast(pl.Int64),
        )
    )
    if rows.is_empty():
        return rows.select("place", "count", expected=pl.lit(0.0))
    waited, start = rows["waited"].to_numpy(), rows["count"].to_numpy()
    at_risk = np.bincount(waited)[::-1].cumsum()[::-1]
    hazard = np.bincount(waited, weights=start, minlength=len(at_risk)) / at_risk
    return (
        rows.with_columns(expected=pl.Series(np.cumsum(hazard)[waited]))
        .group_by("place")
        .agg(pl.col("count").sum(), pl.col("expected").sum())
        .filter(pl.col("expected") > 0)
    )

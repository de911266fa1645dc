"""The hidden number: of the published Dutch lists model by model, of the register by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import combinations
from typing import Any

import polars as pl

from slachtoffermonitor.disclose import Origin, Table
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables._columns import columns
from slachtoffermonitor.edition.tables.registered import source_of
from slachtoffermonitor.estimate import (
    CaptureTable,
    PopulationEstimate,
    chao_lower_bound,
    estimate_population,
)
from slachtoffermonitor.ground import InputError, Number, Text
from slachtoffermonitor.published import capture_table

__all__ = ["published_models", "yearly_estimates"]

Rows = list[dict[str, object]]

_REST = "REST"
_FIGURES = 3
_NO_MODEL = "–"  # an empty code would be read as a total when the tables are protected
_YEARLY = {
    "year": pl.Int64,
    "method": pl.String,
    "model": pl.String,
    "registered": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def _made_now(_year: int, make: Callable[[], Rows]) -> Rows:
    return make()


def published_models(settings: Settings) -> Table:
    """How many victims do the published Dutch lists of 2010-2015 stand for, model by model?

    The rows stand side by side because the table cannot say which model is right.
    """
    return _published_models(settings.estimate.level)


@cache
def _published_models(level: float) -> Table:
    """Fit every model once in a process: the published lists are the same in every edition."""
    known = capture_table("netherlands")
    table = CaptureTable.from_counts(known.frame)
    names = ("method", "model", "estimate", "low", "high", "aic", "bic", "note")
    rows = [
        *(
            _line(method, estimate_population(table, **how), level)
            for method, how in _models_of(len(known.lists))
        ),
        {
            **_lower_bound(table),
            "aic": None,
            "bic": None,
            "note": "A lower bound, not an estimate.",
        },
    ]
    frame = pl.DataFrame(rows, schema_overrides={"aic": pl.Float64, "bic": pl.Float64})
    return Table(
        name="hidden_number_models",
        title=Text("Hidden number by model, six Dutch lists, 2010-2015"),
        frame=frame.select(names),
        columns=columns(*names),
        origin="published",
        source=Text(
            "Computed by this software from the published table: {citation}",
            {"citation": known.citation},
        ),
        notes=(
            known.reading,
            Text(
                "The figures are of {years} years together. Divide by {years} for a year.",
                {"years": Number(known.years)},
            ),
            Text("A model names the lists, or lists together (I:K), that it has a term for."),
            *(
                Text("List {name}: {meaning}", {"name": name, "meaning": meaning})
                for name, meaning in known.list_notes.items()
            ),
        ),
    )


def _models_of(lists: int) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Name the models that stand side by side for so many lists."""
    numbers = range(1, lists + 1)
    single = ",".join(str(number) for number in numbers)
    pairs = ",".join(f"{a}{b}" for a, b in combinations(numbers, 2))
    return (
        ("MAIN_EFFECTS", {"select": "fixed", "model": f"[{single}]"}),
        ("ALL_PAIRS", {"select": "fixed", "model": f"[{pairs}]"}),
        ("BEST_BIC", {"select": "bic", "max_order": 2}),
        ("BEST_AIC", {"select": "aic", "max_order": 2}),
        ("STEPWISE", {"select": "stepwise", "max_order": 2}),
        ("AVERAGE", {"select": "average", "max_order": 2}),
    )


def _lower_bound(table: CaptureTable) -> dict[str, object]:
    bound = chao_lower_bound(table)
    low, high = bound.interval
    return {"method": "CHAO", "model": "", "estimate": bound.estimate, "low": low, "high": high}


def _line(method: str, result: PopulationEstimate, level: float) -> dict[str, object]:
    low, high = result.intervals[f"{level * 100:.0f}"]
    row = {"method": method, "estimate": result.estimate, "low": low, "high": high, "note": ""}
    if result.method == "average":  # of many models, so no criterion is its own
        return row | {"model": "", "aic": None, "bic": None}
    own = next(line for line in result.models if line.model == result.model)
    return row | {"model": _in_names(own.model, result.lists), "aic": own.aic, "bic": own.bic}


def _in_names(model: str, lists: Sequence[str]) -> str:
    """Write the terms of a model with the names of the lists: `[12,3]` becomes `I:K, O`."""
    terms = model.strip("[]").split(",")
    return ", ".join(":".join(lists[int(number) - 1] for number in term) for term in terms)


def yearly_estimates(
    memberships: pl.DataFrame,
    settings: Settings,
    origin: Origin,
    truth: pl.DataFrame | None = None,
    *,
    of_year: Callable[[int, Callable[[], Rows]], Rows] = _made_now,
) -> Table:
    """How many victims were there each year, seen and unseen, by several methods?

    The reporters with the most persons are lists of their own, the others together are one more.
    Years in which a method finds no sound model have no estimate.

    Args:
        memberships: persons × reporter × year.
        settings: of the edition.
        origin: of the records.
        truth: `year` and `victims` of a simulated nation; None for real records.
        of_year: asked for the rows of a year, with a way to make them.

    """
    lists = _as_lists(memberships, settings.estimate.lists)
    rows: Rows = []
    for year in settings.years:
        listed = lists.filter(pl.col("year") == year)
        if listed["reporter"].n_unique() >= 2:
            rows += of_year(year, partial(_of_year, year, listed, settings))
    frame = pl.DataFrame(rows, schema=_YEARLY).with_columns(
        pl.col("estimate", "low", "high").round_sig_figs(_FIGURES)
    )
    names = [*_YEARLY]
    if truth is not None:
        frame = frame.join(
            truth.select(pl.col("year").cast(pl.Int64), pl.col("victims").alias("truth")),
            on="year",
            how="left",
        )
        names.append("truth")
    return Table(
        name="hidden_number_by_year",
        title=Text("Victims seen and unseen, by year and method"),
        frame=frame,
        columns=columns(*names),
        origin=origin,
        source=source_of(origin),
        notes=(
            Text(
                "Lists are linked reports of {lists} reporters and of all others together.",
                {"lists": Number(settings.estimate.lists)},
            ),
            Text("Estimates are rounded to three figures; their other digits say nothing."),
        ),
    )


def _as_lists(memberships: pl.DataFrame, largest: int) -> pl.DataFrame:
    """Keep the largest reporters as lists and put the others together."""
    sizes = memberships.group_by("reporter").agg(pl.len().alias("rows"))
    kept = sizes.sort("rows", "reporter", descending=[True, False])["reporter"].head(largest)
    listed = pl.when(pl.col("reporter").is_in(kept.to_list())).then("reporter")
    return (
        memberships.select("person_id", "year", listed.otherwise(pl.lit(_REST)).alias("reporter"))
        .unique()
        .sort("person_id", "year", "reporter")
    )


def _of_year(year: int, of_year: pl.DataFrame, settings: Settings) -> Rows:
    """Estimate one year by every method; a method without a sound model has no estimate."""
    seed = settings.edition.seed + year
    table = CaptureTable.from_memberships(of_year)
    replicates = settings.estimate.bootstrap
    single = dict(_models_of(len(table.lists)))["MAIN_EFFECTS"]
    selected = {"select": "bic", "bootstrap": replicates, "seed": seed}
    rows: Rows = []
    for method, how in (("MAIN_EFFECTS", single), ("BEST_BIC", selected), ("CHAO", None)):
        found: dict[str, object] = {"method": method, "model": ""}
        try:
            found = (
                _lower_bound(table)
                if how is None
                else _line(method, estimate_population(table, **how), settings.estimate.level)
            )
        except InputError:
            found |= dict.fromkeys(("estimate", "low", "high"))
        found["model"] = found["model"] or _NO_MODEL
        rows.append({"year": year, "registered": table.observed, **found})
    return [{name: row[name] for name in _YEARLY} for row in rows]

"""What changed, in published counts and in the register of the edition; and who fell silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from slachtoffermonitor.disclose import Column, Origin, Table
from slachtoffermonitor.edition.settings import Settings
from slachtoffermonitor.edition.tables._columns import columns, linked
from slachtoffermonitor.edition.tables.registered import REGISTERED, source_of
from slachtoffermonitor.ground import InputError, Text
from slachtoffermonitor.published import claim
from slachtoffermonitor.trend import RateRatio, rate_ratio, silence
from slachtoffermonitor.vocabulary import code_list

__all__ = ["public_changes", "register_changes", "silence_table"]

# Pairs of claims within one series; the vintage of each stands in its id.
_PUBLIC = (
    ("REGISTERED", "nr.registered_victims.total.2014.v2019", "nr.registered_victims.total.2018"),
    ("REGISTERED", "nr.registered_victims.total.2018", "nr.registered_victims.total.2019"),
    ("REGISTERED", "nr.registered_victims.total.2019", "nr.registered_victims.total.2020"),
    ("REGISTERED", "nr.registered_victims.total.2023", "nr.registered_victims.total.2024"),
    ("MINORS", "nr.registered_victims.age_0_17.2016", "nr.registered_victims.age_0_17.2018"),
    ("MINORS", "nr.registered_victims.age_0_17.2023", "nr.registered_victims.age_0_17.2024"),
)
_VERDICTS = {
    "more": "RISE",
    "fewer": "FALL",
    "about the same": "ABOUT_THE_SAME",
    "no conclusion": "NO_CLEAR_CHANGE",
}
_NAMES = (
    "subject",
    "before_period",
    "after_period",
    "before",
    "after",
    "ratio",
    "low",
    "high",
    "verdict",
)
_LINKS = ("of_form", "of_age_band", "of_reporter")
_CELLS = {
    "DOMESTIC_SEXUAL": {"of_form": "BSU"},
    "LABOUR": {"of_form": "ARB"},
    "MINORS": {"of_age_band": "L00_17"},
    "MUST_REPORT": {"of_reporter": "OPSPORING"},
    "MAY_REPORT": {"of_reporter": "MAG_MELDEN"},
}
_READING = Text(
    "A ratio below 1 is a fall. The interval says what chance alone could do to the counts."
)


def public_changes(until: int | None = None) -> Table:
    """By how much did published counts change, up to a year, and is that more than chance?"""
    rows = []
    for subject, before_id, after_id in _PUBLIC:
        before, after = claim(before_id), claim(after_id)
        if until is not None and after.last_year > until:
            continue
        ratio = rate_ratio(int(before.value or 0), int(after.value or 0))
        rows.append(_row(subject, before.first_year, after.first_year, ratio))
    return Table(
        name="changes",
        title=Text("Change in published counts"),
        frame=_frame(rows),
        columns=columns(*_NAMES),
        origin="published",
        source=Text("Computed by this software from the published claims"),
        notes=(_READING, Text("Each change is within one series.")),
    )


def register_changes(described: pl.DataFrame, memberships: pl.DataFrame, origin: Origin) -> Table:
    """By how much did the register of this edition change from each year to the next?"""
    rows = [
        _row(subject, int(year) - 1, int(year), rate_ratio(before, after)) | _cell(subject)
        for subject, counts in _subjects(described, memberships)
        for year, before, after in _pairs(counts)
    ]
    return Table(
        name="register_changes",
        title=Text("Change in the register of this edition"),
        frame=_rounded(_frame(rows, (*_NAMES, *_LINKS))),
        columns=_linked_columns(),
        origin=origin,
        source=source_of(origin),
        notes=(_READING,),
    )


def _linked_columns() -> tuple[Column, ...]:
    """Say which cell of the register each count is, so that it is protected as that cell."""
    found = columns(*_NAMES, *_LINKS)
    for count in ("before", "after"):
        by = (f"year={count}_period", *(f"{name.removeprefix('of_')}={name}" for name in _LINKS))
        found = linked(found, count, REGISTERED, by=by)
    return found


def _subjects(
    described: pl.DataFrame, memberships: pl.DataFrame
) -> Iterator[tuple[str, pl.DataFrame]]:
    yield "REGISTERED", described
    yield "DOMESTIC_SEXUAL", described.filter(pl.col("form") == "BSU")
    yield "LABOUR", described.filter(pl.col("form") == "ARB")
    yield "MINORS", described.filter(pl.col("age_band") == "L00_17")
    known = described.select("person_id", "year")
    reporters = code_list("reporters")
    for subject, reporter_class in (("MUST_REPORT", "OPSPORING"), ("MAY_REPORT", "MAG_MELDEN")):
        of_class = [name for name in reporters if reporters[name].parent == reporter_class]
        reported = memberships.filter(pl.col("reporter").is_in(of_class))
        yield subject, known.join(reported, on=["person_id", "year"], how="semi")


def _pairs(counts: pl.DataFrame) -> Iterator[tuple[int, int, int]]:
    yearly = (
        counts.group_by("year")
        .agg(pl.col("person_id").n_unique().alias("after"))
        .sort("year")
        .with_columns(pl.col("after").shift(1).alias("before"), pl.col("year").diff().alias("step"))
        .filter(pl.col("step") == 1)
    )
    yield from yearly.select("year", "before", "after").iter_rows()


def _row(
    subject: str, before_period: int, after_period: int, ratio: RateRatio
) -> dict[str, object]:
    return {
        "subject": subject,
        "before_period": str(before_period),
        "after_period": str(after_period),
        "before": ratio.before,
        "after": ratio.after,
        "ratio": ratio.ratio,
        "low": ratio.low,
        "high": ratio.high,
        "verdict": _VERDICTS[ratio.verdict],
    }


def _cell(subject: str) -> dict[str, object]:
    """Which code has the subject in each dimension that it is a cell of?"""
    return {name: _CELLS.get(subject, {}).get(name, "TOTAL") for name in _LINKS}


def _frame(rows: list[dict[str, object]], names: tuple[str, ...] = _NAMES) -> pl.DataFrame:
    kinds = {
        "before": pl.Int64,
        "after": pl.Int64,
        "ratio": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    return pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in names})


def _rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep two figures of a ratio, or it would give an exact count back."""
    return frame.with_columns(pl.col("ratio", "low", "high").round_sig_figs(2))


def silence_table(notifications: pl.DataFrame, settings: Settings, origin: Origin) -> Table:
    """Which reporters are silent at the end of the window, and what was expected of them?"""
    first, last = settings.years[0], settings.years[-1]
    reports = notifications.filter(pl.col("reported_on").dt.year().is_between(first, last))
    try:
        found = silence(
            reports.select("reporter", "reported_on"),
            until=date(last, 12, 31),
            seed=settings.edition.seed,
        ).now
    except InputError:  # nobody reported at all in the window
        found = ()
    names = ("reporter", "silent_since", "expected", "probability")
    rows = [
        (one.reporter, f"{one.since:%Y-%m}", round(one.expected), float(f"{one.chance:.1g}"))
        for one in found
        if one.kind == "silent" and one.chance is not None
    ]
    return Table(
        name="silent_reporters",
        title=Text("Reporters that fell silent"),
        frame=pl.DataFrame(
            rows,
            schema=dict(zip(names, (pl.String, pl.String, pl.Int64, pl.Float64), strict=True)),
            orient="row",
        ),
        columns=columns(*names),
        origin=origin,
        source=source_of(origin),
        notes=(
            Text(
                "Each reporter is watched week by week against its own earlier weeks; of all "
                "alarms, one a year may be false."
            ),
        ),
    )

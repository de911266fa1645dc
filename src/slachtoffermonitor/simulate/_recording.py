"""How reporters write a report down: codes, dates, and each reporter's own errors."""

from __future__ import annotations

import numpy as np
import polars as pl

from slachtoffermonitor.records import Notification
from slachtoffermonitor.simulate._calibration import (
    Calibration,
    as_date,
    day_number,
    normalised,
    privacy_rule,
    read_municipalities,
)
from slachtoffermonitor.simulate._names import respell

__all__ = ["record"]

_SEXUAL = ("BSU", "GSU")
_MOST_ERRORS = 0.9
_READY = frozenset(
    {
        "notification_id",
        "reporter",
        "basis",
        "purpose",
        "given_name",
        "surname",
        "main_form",
        "forms",
        "route",
        "residence",
        "recruiter_relation",
        "platforms",
    }
)


def record(
    rng: np.random.Generator,
    calibration: Calibration,
    reports: pl.DataFrame,
    *,
    errors: float = 1.0,
) -> pl.DataFrame:
    """Write the reports down as their reporters did, errors included.

    `reports` has the true columns of the persons. The rates of all errors are multiplied by
    `errors`. Returns the columns of `Notification` plus `person`.
    """
    reports = _number(rng, reports)
    reports = reports.with_columns(_flags(rng, calibration, reports, errors))
    reports = respell(reports, rng)
    reports = reports.with_columns(
        _birth(rng, reports),
        *_coded(rng, calibration, reports),
        *_forms(rng, calibration, reports),
    )
    reports = _period(rng, calibration, reports)
    return _delivered(reports)


def _number(rng: np.random.Generator, reports: pl.DataFrame) -> pl.DataFrame:
    """Number the reports per reporter and year, in the order in which they came in."""
    shuffled = reports[rng.permutation(len(reports))].sort("reported", maintain_order=True)
    year = as_date("reported").dt.year().cast(pl.String)
    number = pl.int_range(1, pl.len() + 1).over("reporter", as_date("reported").dt.year())
    return shuffled.with_columns(
        notification_id=pl.concat_str(
            "reporter", year, number.cast(pl.String).str.zfill(5), separator="-"
        )
    )


def _flags(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame, errors: float
) -> list[pl.Series]:
    """Draw which errors each report holds, by the rates of its reporter."""
    leaf = calibration.leaf("recording.errors")
    names = [str(name) for name in leaf["columns"]]
    codes = sorted(leaf["value"])
    rates = np.array([leaf["value"][code] for code in codes], dtype=np.float64)
    wrong = np.array([name != "has_contact" for name in names])
    rates = np.where(wrong, np.minimum(rates * errors, _MOST_ERRORS), rates)
    reporter = np.searchsorted(codes, reports["reporter"].to_numpy())
    drawn = rng.random((len(reports), len(names))) < rates[reporter]
    by_group = calibration.value("recording.first_january_by_group")
    factor = reports["citizenship_group"].replace_strict(by_group, return_dtype=pl.Float64)
    drawn[:, names.index("first_january")] &= rng.random(len(reports)) < factor.to_numpy()
    return [pl.Series(name, drawn[:, place]) for place, name in enumerate(names)]


def _birth(rng: np.random.Generator, reports: pl.DataFrame) -> pl.Expr:
    """Write down the birth date, rightly or not; whether it is known is decided later."""
    born = as_date("born")
    digit = pl.lit(pl.Series(rng.choice([-10, -2, -1, 1, 2, 10], len(reports))))
    swapped = pl.date(born.dt.year(), born.dt.day().clip(1, 12), born.dt.month())
    return (
        pl.when("first_january")
        .then(pl.date(born.dt.year(), 1, 1))
        .when(pl.col("day_month") & (born.dt.day() <= 12))
        .then(swapped)
        .when("digit")
        .then((pl.col("born") + digit).cast(pl.Int32).cast(pl.Date))
        .otherwise(born)
        .alias("birth_date")
    )


def _draw(rng: np.random.Generator, shares: dict[str, float], count: int) -> np.ndarray:
    codes, share = normalised(shares)
    return np.array(codes)[rng.choice(len(codes), size=count, p=share)]


def _coded(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame
) -> list[pl.Series | pl.Expr]:
    """Draw the codes that do not depend on the form."""
    count = len(reports)
    recruiter = _draw(rng, calibration.value("recording.recruiter"), count)
    platform = _draw(rng, calibration.value("recording.platform"), count)
    second = _draw(rng, calibration.value("recording.platform"), count)
    two = (rng.random(count) < calibration.number("recording.platform_second")) & (
        platform != second
    )
    two &= ~np.isin(platform, ["GEEN", "ONB"]) & ~np.isin(second, ["GEEN", "ONB"])
    both = np.where(two, np.char.add(np.char.add(platform, ";"), second), platform)
    care = reports["reporter"].replace_strict(
        calibration.value("recording.purpose_care"), return_dtype=pl.Float64
    )
    return [
        _without(rng, calibration, recruiter, "recruiter").alias("recruiter_relation"),
        _without(rng, calibration, both, "platform").alias("platforms"),
        _residence(rng, calibration, reports).alias("residence"),
        pl.Series("purpose", np.where(rng.random(count) < care.to_numpy(), "ZORG", "REGISTER")),
        pl.Series("basis", _basis(rng, calibration, reports)),
        pl.Series("moved", rng.random(count) < calibration.number("recording.moved")),
        pl.Series("elsewhere", rng.integers(0, len(read_municipalities()), count)),
    ]


def _without(
    rng: np.random.Generator, calibration: Calibration, values: np.ndarray, field: str
) -> pl.Series:
    """Leave the field empty in its share of the reports."""
    empty = rng.random(len(values)) < calibration.number(f"recording.{field}_missing")
    return pl.Series(values, dtype=pl.String).set(pl.Series(empty), None)


def _residence(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame
) -> pl.Series:
    asylum = calibration.leaf("recording.asylum_route")
    on_route = reports.select(
        pl.col("citizenship").is_in(asylum["value"])
        & as_date("reported").dt.year().is_in(asylum["years"])
    ).to_series()
    group = np.where(on_route, "ASYLUM", reports["citizenship_group"])
    codes = np.full(len(reports), "", dtype=object)
    for name, shares in calibration.value("recording.residence").items():
        here = np.flatnonzero(group == name)
        codes[here] = _draw(rng, shares, len(here))
    return _without(rng, calibration, codes, "residence")


def _basis(rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame) -> np.ndarray:
    """Give the legal basis: by law for investigators, by consent or interest for the others."""
    day = reports["reported"].to_numpy()
    rule, later = day_number(privacy_rule()), calibration.day("size.legitimate_interest_from")
    period = np.select([day < rule, day < later], ["before", "rule"], "later")
    adult = (day - reports["born"].to_numpy()) >= 18 * 365.25
    basis = np.full(len(reports), "", dtype=object)
    for grown, name in ((True, "adult"), (False, "minor")):
        for when, shares in calibration.value(f"recording.basis_consent_{name}").items():
            here = np.flatnonzero((adult == grown) & (period == when))
            basis[here] = _draw(rng, shares, len(here))
    reporter = reports["reporter"].to_numpy()
    basis[reporter == "ZELF"] = "TOEST_ZELF"
    for code, ground in calibration.value("recording.basis_investigative").items():
        basis[reporter == code] = ground
    return basis


def _forms(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame
) -> list[pl.Series]:
    """Write down the main form, all forms and the route, as far as the reporter knows them."""
    true = reports["form"].to_numpy()
    main, second = true.astype(object), np.full(len(true), "", dtype=object)
    for field, column in (("confused_form", main), ("second_form", second)):
        for form, chances in calibration.value(f"recording.{field}").items():
            here = np.flatnonzero(true == form)
            shares = {**chances, "": 1 - sum(chances.values())}
            drawn = _draw(rng, shares, len(here))
            column[here] = np.where(drawn == "", column[here], drawn)
    main = _unknown_forms(rng, calibration, reports, main)
    two = (second != "") & (second != main) & (main != "ONB")
    forms = np.where(two, main + ";" + second, main)
    dutch = reports["citizenship"].to_numpy() == "NL"
    route = np.where((main == "BSU") | dutch, "BINNENLAND", "GRENS")
    hidden = ~np.isin(main, _SEXUAL) & (
        rng.random(len(main)) < calibration.number("recording.route_unknown")
    )
    route = np.where(hidden | (main == "SEK_ONB"), "ONB", route)
    return [
        pl.Series("main_form", main, dtype=pl.String),
        pl.Series("forms", forms, dtype=pl.String),
        pl.Series("route", np.where(main == "GSU", "GRENS", route), dtype=pl.String),
    ]


def _unknown_forms(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame, main: np.ndarray
) -> np.ndarray:
    """Leave the form unknown as often as the published years have it, or only the route."""
    by_year = dict(zip(calibration.years, calibration.value("recording.unknown_form"), strict=True))
    chance = reports["year"].replace_strict(by_year, return_dtype=pl.Float64).to_numpy()
    domestic = calibration.number("recording.unknown_form_domestic")
    true = reports["form"].to_numpy()
    chance = np.where(true == "BSU", chance * domestic, chance)
    routeless = rng.random(len(main)) < calibration.number("recording.unknown_route")
    main = np.where(routeless & np.isin(main, _SEXUAL), "SEK_ONB", main)
    return np.where(rng.random(len(main)) < chance, "ONB", main)


def _period(
    rng: np.random.Generator, calibration: Calibration, reports: pl.DataFrame
) -> pl.DataFrame:
    """Write down when the exploitation began and ended, where the reporter knows it."""
    count = len(reports)
    mean, spread = calibration.numbers("recording.exploitation_days")
    ended = reports["first_day"].to_numpy() - np.floor(
        rng.exponential(calibration.number("recording.exploitation_ended_days"), count)
    ).astype(np.int64)
    began = ended - np.ceil(rng.lognormal(mean, spread, count)).astype(np.int64)
    born = reports["born"].to_numpy()
    began = np.maximum(began, born + 366)
    unknown = rng.random(count) < calibration.number("recording.exploitation_missing")
    begun = pl.Series("began", began).set(pl.Series(unknown), None)
    end = pl.Series("ended", np.maximum(ended, began)).set(pl.Series(unknown), None)
    return reports.with_columns(begun, end)


def _delivered(reports: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of a notification, leaving out what the reporter did not know."""
    places = read_municipalities()
    place = pl.when("moved").then("elsewhere").otherwise("place")
    unit = pl.lit("Politie Eenheid ") + pl.lit(places["police_unit"]).gather(pl.col("place"))
    coordinator = pl.lit("Zorgcoördinatie ") + pl.lit(places["province"]).gather(pl.col("place"))
    known = ~(pl.col("no_birth") | pl.col("year_only"))
    year = pl.col("birth_date").dt.year().cast(pl.Int32)
    return reports.select(
        *(name for name in Notification.columns() if name in _READY),
        "person",
        organisation=pl.when(reporter="POL").then(unit).when(reporter="ZC").then(coordinator),
        reported_on=as_date("reported"),
        birth_date=pl.when(known).then("birth_date"),
        birth_year=pl.when(~pl.col("no_birth")).then(year),
        sex=pl.when("no_sex").then(pl.lit("ONB")).otherwise("sex"),
        citizenship=pl.when(~pl.col("no_citizenship")).then("citizenship"),
        municipality=pl.when(~pl.col("no_municipality")).then(
            pl.lit(places["municipality"]).gather(place)
        ),
        contact_fragment=pl.when("has_contact").then("contact_fragment"),
        exploited_from=as_date("began"),
        exploited_until=as_date("ended"),
    ).select("person", *Notification.columns())

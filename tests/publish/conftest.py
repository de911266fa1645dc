"""A whole edition in small: the real published tables, and made-up tables of computed kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, ReleasedTable, Table, protect, release
from slachtoffermonitor.edition import Edition, Finding, Provenance
from slachtoffermonitor.edition.tables.public_figures import public_tables
from slachtoffermonitor.ground import Number, Text
from slachtoffermonitor.publish import publish_edition
from slachtoffermonitor.published import claims

_YEARS = list(range(2015, 2025))
_ROLES = {
    "persons": "count",
    "notifications": "count",
    "registered": "count",
    "at_risk": "count",
    "waiting": "count",
    "verdict": "note",
    "note": "note",
    "silent_since": "note",
}
_DIMENSIONS = {
    "year": "",
    "form": "forms",
    "reporter": "reporters",
    "age_band": "age_bands",
    "sex": "sexes",
    "citizenship_group": "citizenship_groups",
    "method": "methods",
    "model": "",
    "municipality": "",
    "subject": "subjects",
    "before_period": "",
    "after_period": "",
    "horizon_years": "",
    "day": "",
}
_CODES = {"verdict": "verdicts"}


def computed(name: str, title: str, frame: pl.DataFrame, *, origin: str = "simulated") -> Table:
    columns = tuple(
        Column(
            name=column,
            label=Text(column.replace("_", " ").capitalize()),
            role="dimension" if column in _DIMENSIONS else _ROLES.get(column, "measure"),  # type: ignore[arg-type]
            codes=_DIMENSIONS.get(column) or _CODES.get(column, ""),
        )
        for column in frame.columns
    )
    return Table(
        name=name,
        title=Text(title),
        frame=frame,
        columns=columns,
        origin=origin,  # type: ignore[arg-type]
        source=Text("Simulated nation; no real person is in it")
        if origin == "simulated"
        else Text("Silverman (2020), Table 2"),
    )


def _by_year(column: str, codes: list[str]) -> pl.DataFrame:
    rows = [
        {"year": year, column: code, "persons": max(0, 240 - 60 * at + 17 * (year - 2019))}
        for year in _YEARS
        for at, code in enumerate(codes)
    ]
    return pl.DataFrame(rows).with_columns(
        persons=pl.when((pl.col("year") == 2016) & (pl.col(column) == codes[-1]))
        .then(7)
        .otherwise("persons")
    )


def _models() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "method": ["MAIN_EFFECTS", "BEST_BIC", "ALL_PAIRS", "CHAO"],
            "model": ["I + K + O + P + R + Z", "I + K + O + P + R + Z + KP + OR", "", ""],
            "estimate": [52823.5, 31240.0, 70112.2, 24410.0],
            "low": [49900.0, 27100.0, 51200.0, 23300.0],
            "high": [56100.0, 36900.0, 96800.0, None],
            "bic": [812.1, 401.9, 455.0, None],
            "note": ["", "", "", "Lower bound"],
        }
    )


def _curve() -> pl.DataFrame:
    days = list(range(0, 2930, 30))
    frame = pl.DataFrame({"day": days}).with_columns(
        years=(pl.col("day") / 365.25).round(3),
        share=0.58 * (1 - (-pl.col("day") / 1400.0).exp()),
    )
    parts = [
        frame.select(
            method=pl.lit(method),
            day="day",
            years="years",
            share=pl.col("share") * factor,
            low=(pl.col("share") * factor - 0.02).clip(0),
            high=pl.col("share") * factor + 0.02,
            at_risk=4000 - pl.col("day"),
        )
        for method, factor in (("AALEN_JOHANSEN", 0.97), ("KAPLAN_MEIER", 1.0))
    ]
    return pl.concat(parts)


def computed_tables() -> list[Table]:
    estimates = pl.DataFrame(
        {
            "year": _YEARS,
            "method": ["BEST_BIC"] * 10,
            "registered": [1250 - 60 * at for at in range(10)],
            "estimate": [6100.0 + 35 * at for at in range(10)],
            "low": [4700.0] * 10,
            "high": [8200.0 + 40 * at for at in range(10)],
            "truth": [6250] * 10,
        }
    )
    changes = pl.DataFrame(
        {
            "subject": ["REGISTERED", "MINORS", "MAY_REPORT"],
            "before_period": ["2014-2017"] * 3,
            "after_period": ["2018-2020"] * 3,
            "before": [1066.0, 194.0, 550.0],
            "after": [995.0, 62.0, 150.0],
            "ratio": [0.93, 0.32, 0.27],
            "low": [0.85, 0.24, 0.22],
            "high": [1.02, 0.43, 0.33],
            "verdict": ["NO_CLEAR_CHANGE", "FALL", "FALL"],
        }
    )
    waiting = pl.DataFrame(
        {
            "municipality": ["Amsterdam", "Eindhoven", "Groningen", "Utrecht"],
            "waiting": [65, 24, 18, 4],
            "median_days": [88.0, 41.0, 37.0, 61.0],
            "low": [70.0, 25.0, 20.0, 12.0],
            "high": [110.0, 66.0, 60.0, 130.0],
        }
    )
    silent = pl.DataFrame(
        {
            "reporter": ["NIDOS"],
            "silent_since": ["2018-05"],
            "expected": [41.3],
            "probability": [0.0004],
        }
    )
    horizons = pl.DataFrame(
        {
            "method": ["KAPLAN_MEIER", "KAPLAN_MEIER"],
            "horizon_years": [5, 7],
            "share": [0.4478, 0.4989],
            "low": [0.42, 0.47],
            "high": [0.47, 0.53],
            "at_risk": [1200, 310],
        }
    )
    forms = _by_year("form", ["BSU", "GSU", "ARB", "CRIM"])
    reporters = _by_year("reporter", ["POL", "ZC", "KMAR", "NLA"]).with_columns(
        notifications=pl.col("persons") + 12
    )
    return [
        computed(
            "hidden_number_models",
            "Hidden number by model",
            _models(),
            origin="published",
        ),
        computed("hidden_number_by_year", "Hidden number by year", estimates),
        computed("register_by_year_form", "Register by form", forms),
        computed("register_by_year_reporter", "Register by reporter", reporters),
        computed(
            "register_by_year_age",
            "Register by age",
            _by_year("age_band", ["L23_PLUS", "L18_22", "L00_17"]),
        ),
        computed("register_by_year_sex", "Register by sex", _by_year("sex", ["V", "M", "ONB"])),
        computed(
            "register_by_year_citizenship",
            "Register by citizenship",
            _by_year("citizenship_group", ["NL", "NIET_EU", "EU"]),
        ),
        computed("repeat_victimisation", "Victim again", _curve()),
        computed("repeat_horizons", "Victim again by years", horizons),
        computed("changes", "Changes", changes),
        computed("silent_reporters", "Silent reporters", silent),
        computed("waiting_by_municipality", "Waiting", waiting),
    ]


_KEYS = (
    ("registered", "{n} victims", 668, "registered_by_year", False),
    ("hidden", "1 in {n}", 9, "hidden_number_models", False),
    ("repeat", "{n}%", 45, "repeat_victimisation", True),
    ("minors", "{n} minors", 29, "registered_by_form", False),
    ("reporters", "{n} fewer", 400, "registered_by_reporter", False),
)


def findings() -> tuple[Finding, ...]:
    return tuple(
        Finding(
            key=key,
            headline=Text(headline, {"n": Number(value)}),
            sentence=Text(
                "In 2018 {n} were counted, with an interval of {low} to {high}.",
                {"n": Number(value), "low": Number(value * 0.9), "high": Number(value * 1.1)},
            ),
            how_we_know=Text("Counted from the published series, and checked against the source."),
            recommendation=Text(
                "Make sure that those who may report can do so without fear of the privacy rules."
            ),
            table=table,
            claims=("nr.registered_victims.total.2018",),
            simulated=simulated,
        )
        for key, headline, value, table, simulated in _KEYS
    )


def make_edition(tables: dict[str, ReleasedTable]) -> Edition:
    return Edition(
        name="2014-2018",
        title=Text("Monitor of victims of human trafficking 2014-2018"),
        window=(2014, 2018),
        made_on=date(2026, 11, 22),
        findings=findings(),
        tables=tables,
        claims=tuple(claims()),
        provenance=Provenance(
            version="0.1.0",
            python="3.11.2",
            libraries={"polars": "2.1.0", "altair": "6.3.0"},
            seed=20181018,
            settings={"window": [2014, 2018]},
            inputs={"notifications.csv": "ab" * 32},
            seconds={"simulate": 12.5},
        ),
    )


@pytest.fixture(scope="session")
def edition() -> Edition:
    tables = release(protect([*public_tables(), *computed_tables()]))
    return make_edition(dict(tables))


@pytest.fixture(scope="session")
def small_edition() -> Edition:
    """Two tables, one of which no chart knows; no findings about the others."""
    odd = computed(
        "odd_one",
        "A table that no chart knows",
        pl.DataFrame({"year": [2020, 2021], "persons": [40, 3]}),
    )
    tables = release(protect([public_tables()[0], odd]))
    return replace(make_edition(dict(tables)), findings=(), claims=())


@pytest.fixture(scope="session")
def published(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("edition")
    publish_edition(edition, folder)
    yield folder

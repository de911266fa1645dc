"""Synthetic records beside an edition: of the people in its window, once, and never by surprise."""

import json
from dataclasses import replace

import polars as pl
import pytest

from slachtoffermonitor.disclose import SyntheticRecords, to_ctdc, try_synthesis
from slachtoffermonitor.edition import (
    PUBLISHED_WINDOWS,
    Settings,
    lay_out_edition,
    read_settings,
    settings_of_window,
)
from slachtoffermonitor.edition.tables.synthetic import synthetic_records
from slachtoffermonitor.ground import InputError, ReleaseError
from slachtoffermonitor.simulate import simulate_nation


@pytest.fixture(scope="module")
def notifications():
    parts = simulate_nation(seed=5, persons=6_000, years=range(2014, 2019)).deliveries
    return pl.concat(
        [frame for name, frame in parts.items() if name.split("-")[0] == "notifications"]
    )


def asked(**disclosure) -> Settings:
    settings = Settings()
    return replace(
        settings,
        edition=replace(settings.edition, first_year=2015, last_year=2016),
        disclosure=replace(settings.disclosure, **disclosure),
    )


def reports_of(notifications):
    """Two notifications in a row are of one person here, whoever they are of in the nation."""
    return notifications.sort("reported_on", "notification_id").select(
        "notification_id",
        "reported_on",
        (pl.int_range(pl.len()) // 2).cast(pl.String).alias("person_id"),
    )


def people_within(reports):
    within = reports.filter(pl.col("reported_on").dt.year().is_between(2015, 2016))
    return within["person_id"].n_unique()


def test_each_person_of_the_window_stands_for_one_record(notifications, monkeypatch):
    handed = []

    def learned(records, *, epsilon, source, **_):
        handed.append((records, epsilon, source))

    monkeypatch.setattr("slachtoffermonitor.edition.tables.synthetic.synthesise", learned)
    reports = reports_of(notifications)
    asked_for = asked(synthetic_epsilon=2.5)
    synthetic_records(reports, notifications, asked_for, simulated=True, watch=lambda _: None)
    [(records, epsilon, source)] = handed
    assert records.height == people_within(reports)
    assert set(records["yearOfRegistration"]) == {"2015", "2016"}
    assert (epsilon, source) == (2.5, "simulated")


@pytest.mark.slow
def test_the_records_say_of_themselves_that_they_are_synthetic(notifications):
    reports = reports_of(notifications)
    made = synthetic_records(
        reports,
        notifications,
        asked(synthetic_epsilon=8.0),
        simulated=True,
        watch=lambda _: None,
    )
    persons = people_within(reports)
    assert made.frame.height == pytest.approx(persons, abs=0.1 * persons)
    assert set(made.frame["yearOfRegistration"]) <= {"2015", "2016", ""}
    assert set(made.frame["synthetic"]) == {"epsilon=8 delta=1e-06 source=simulated"}


def test_records_that_are_copies_do_not_pass_the_trial(notifications):
    records = to_ctdc(notifications)

    def copied(part: pl.DataFrame) -> SyntheticRecords:
        return SyntheticRecords(
            frame=part,
            epsilon=1.0,
            delta=1e-6,
            most_records=1,
            source="real",
            carried=tuple(part.columns),
            measured=(),
            kept={},
        )

    with pytest.raises(ReleaseError, match="learn too much from a trial"):
        try_synthesis(records, copied, seed=2)


def test_an_earlier_window_makes_none_so_that_nobody_pays_twice():
    newest = asked(synthetic_epsilon=4.0)
    for window in PUBLISHED_WINDOWS:
        earlier = settings_of_window(
            replace(newest, edition=replace(newest.edition, first_year=2014, last_year=2023)),
            window,
        )
        assert earlier.disclosure.synthetic_epsilon == 0


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"synthetic_epsilon": 5.0}, "is more than there is"),
        ({"synthetic_epsilon": -1.0}, "is more than there is"),
        ({"synthetic_epsilon": 1.0, "ledger": ""}, "needs a ledger"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, said, what):
    folder = tmp_path / "edition"
    settings = Settings()
    deliveries = replace(settings.deliveries, source="files")
    lay_out_edition(folder, replace(settings, deliveries=deliveries))
    text = (folder / "monitor.toml").read_text()
    for key, value in said.items():
        before = next(line for line in text.splitlines() if line.startswith(f"{key} ="))
        text = text.replace(before, f"{key} = {json.dumps(value)}")
    (folder / "monitor.toml").write_text(text)
    with pytest.raises(InputError, match=what):
        read_settings(folder / "monitor.toml")

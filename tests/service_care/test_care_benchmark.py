"""Waiting times beside the country: uncertain, and no small count."""

from datetime import date, timedelta

import polars as pl
import pytest
from django.urls import reverse

from slachtoffermonitor.records import CareRequest
from slachtoffermonitor.service.care.benchmark import compare_waiting

ON = date(2026, 10, 31)


def requests(**places):
    """Make so many requests of each place; two of three were helped after 30 to 60 days."""
    rows = [
        (
            f"{place}-{number}",
            None,
            place,
            "OPVANG",
            ON - timedelta(days=100 + number),
            ON - timedelta(days=100 + number) + timedelta(days=30 + number % 31)
            if number % 3
            else None,
            None,
        )
        for place, count in places.items()
        for number in range(count)
    ]
    return pl.DataFrame(rows, schema=dict(CareRequest.create_empty().schema), orient="row")


def test_a_small_municipality_is_not_shown_and_others_are_rounded():
    found = compare_waiting(requests(GM0344=62, GM0363=48, GM0599=57, GM0014=4), on=ON)
    assert found.rows["GM0014"]["requests"] is None
    assert found.rows["GM0014"]["median_days"] is None
    for place in ("GM0344", "GM0363", "GM0599", "TOTAL"):
        row = found.rows[place]
        assert row["requests"] % 5 == 0
        assert row["low"] <= row["median_days"]
        assert row["high"] is None or row["median_days"] <= row["high"]
    assert found.said


def test_what_comes_after_the_day_is_not_used():
    frame = requests(GM0344=60, GM0363=60, GM0599=60)
    early = compare_waiting(frame, on=ON - timedelta(days=400))
    assert early.rows == {}
    later = frame.with_columns(requested_on=pl.lit(ON + timedelta(days=1)), started_on=None)
    both = pl.concat([frame, later.cast(frame.schema)])
    assert compare_waiting(both, on=ON).rows == compare_waiting(frame, on=ON).rows


@pytest.mark.django_db
def test_a_municipality_sees_itself_beside_the_country_and_the_registrar_all(
    visitor, coordinator, registrar, monkeypatch
):
    from slachtoffermonitor.service.care.pages import benchmark

    frame = requests(GM0344=62, GM0363=48, GM0599=57)
    monkeypatch.setattr(benchmark, "care_requests", lambda **_: frame)
    path = reverse("care:benchmark")
    page = visitor(coordinator).get(path).content.decode()
    assert "GM0344" in page
    assert "Nederland" in page
    assert "GM0363" not in page
    assert "GM0363" in visitor(registrar).get(path).content.decode()


@pytest.mark.django_db
def test_with_a_few_requests_nothing_is_shown(visitor, coordinator, help_request):
    page = visitor(coordinator).get(reverse("care:benchmark")).content.decode()
    assert "nog niets dat hier mag staan" in page

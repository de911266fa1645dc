"""Terms and working days: dates in, dates out."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.service.care.days import (
    day_after,
    months_after,
    public_holidays,
    working_days_after,
)
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.care.terms import Stretch, agreed_terms, over_term

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 10, 15), 3, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, found):
    assert months_after(day, months) == found


@given(day=DAYS, months=st.integers(0, 60))
def test_months_after_lie_so_many_months_on(day, months):
    found = months_after(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1
    assert found.day <= day.day


@given(day=DAYS, other=DAYS, months=st.integers(0, 60))
def test_who_begins_later_ends_no_earlier(day, other, months):
    first, second = sorted((day, other))
    assert months_after(first, months) <= months_after(second, months)
    assert working_days_after(first, months) <= working_days_after(second, months)


# Easter Sundays as published in almanacs.
@pytest.mark.parametrize(
    ("year", "monday"),
    [
        (2024, date(2024, 4, 1)),
        (2025, date(2025, 4, 21)),
        (2026, date(2026, 4, 6)),
        (2027, date(2027, 3, 29)),
        (2038, date(2038, 4, 26)),
    ],
)
def test_holidays_move_with_easter(year, monday):
    found = public_holidays(year)
    assert len(found) == len(set(found)) or year == 2038
    for days in (-3, 0, 38, 49):
        assert monday + timedelta(days=days) in found
    assert date(year, 12, 26) in found


def test_the_kings_day_is_never_on_a_sunday():
    assert date(2025, 4, 26) in public_holidays(2025)
    assert date(2026, 4, 27) in public_holidays(2026)
    assert all(
        day.weekday() != 6 or (day.month, day.day) != (4, 27)
        for year in range(2020, 2060)
        for day in public_holidays(year)
    )


def plainly(day, days):
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in public_holidays(day.year):
            days -= 1
    return day


@given(day=DAYS, days=st.integers(1, 60))
def test_working_days_are_counted_as_on_a_calendar(day, days):
    assert working_days_after(day, days) == plainly(day, days)


def test_four_weeks_of_work_over_new_year():
    assert working_days_after(date(2026, 12, 14), 20) == date(2027, 1, 13)


def test_a_term_has_a_unit():
    assert day_after(date(2026, 1, 1), 2, "weeks") == date(2026, 1, 15)
    with pytest.raises(ValueError, match="working_days"):
        day_after(date(2026, 1, 1), 2, "moons")


def stretch(begins="REQUESTED", ends="TRIAGED", urgency="SPOED", begun_on=None, ended_on=None):
    return Stretch(
        subject=1,
        begins=begins,
        ends=ends,
        urgency=urgency,
        begun_on=begun_on or date(2026, 11, 2),
        ended_on=ended_on,
    )


def test_each_term_counts_from_its_beginning_for_its_urgencies():
    found = over_term([stretch()], on=date(2026, 11, 5))
    assert [(one.term.id, one.due_on, one.days_over) for one in found] == [
        ("TRIAGE_URGENT", date(2026, 11, 4), 1)
    ]
    assert not over_term([stretch()], on=date(2026, 11, 4))
    assert not over_term([stretch(urgency="GEWOON")], on=date(2026, 11, 5))
    assert not over_term([stretch(ended_on=date(2026, 12, 24))], on=date(2027, 1, 1))


@given(
    begun=DAYS,
    later=st.integers(0, 200),
    term=st.sampled_from(agreed_terms()),
)
def test_a_breach_is_a_stretch_past_its_last_day_and_nothing_else(begun, later, term):
    urgency = term.urgencies[0] if term.urgencies else "GEWOON"
    one = stretch(term.begins, term.ends, urgency, begun)
    on = begun + timedelta(days=later)
    found = over_term([one], on=on, terms=[term])
    assert bool(found) == (on > term.due_on(begun))
    assert all(breach.days_over == (on - breach.due_on).days > 0 for breach in found)


def test_every_term_is_of_a_stretch_that_the_pages_know():
    known = {
        ("REQUESTED", "TRIAGED"),
        ("REQUESTED", "OFFERED"),
        ("ASKED", "ANSWERED"),
        ("TAKEN", "STARTED"),
        ("HANDED", "RECEIVED"),
    }
    assert {(term.begins, term.ends) for term in agreed_terms()} == known


@pytest.mark.django_db
def test_the_list_names_what_is_over_its_term_for_the_own_municipality(
    visitor, coordinator, neighbour, help_request, today
):
    HelpRequest.objects.update(requested_on=today - timedelta(days=20))
    path = reverse("care:breaches")
    page = visitor(coordinator).get(path).content.decode()
    assert page.count(f">{help_request.short}<") == 2
    assert "binnen 2 werkdagen" in page
    assert help_request.short not in visitor(neighbour).get(path).content.decode()

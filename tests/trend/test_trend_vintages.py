"""Figures that are not final: late reports, editions that revise, two series."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import series_frame
from slachtoffermonitor.trend import (
    provisional_totals,
    published_revisions,
    revisions,
    side_by_side,
)

PATTERN = np.array([0.7, 0.2, 0.06, 0.04])


def triangle(chance, dispersion=1.0, first=2014, last=2023):
    rows, totals = [], []
    for year in range(first, last + 1):
        means = 1000 * PATTERN
        late = (
            chance.poisson(means)
            if dispersion == 1
            else chance.negative_binomial(means / (dispersion - 1), 1 / dispersion)
        )
        totals.append(int(late.sum()))
        rows += [(year, year + d, int(n)) for d, n in enumerate(late) if year + d <= last]
    frame = pl.DataFrame(rows, schema=["occurred", "reported", "count"], orient="row")
    return frame, totals


def test_the_chain_ladder_by_hand():
    """Two later years from 2.0 and 1.25: what Mack (1993) writes out."""
    frame = pl.DataFrame(
        [(1, 1, 100), (1, 2, 100), (1, 3, 50), (2, 2, 120), (2, 3, 120), (3, 3, 90)],
        schema=["occurred", "reported", "count"],
        orient="row",
    )
    found = provisional_totals(frame, replicates=50)
    assert found.totals["total"].to_list() == pytest.approx([250, 300, 225])
    assert found.pattern["share"].to_list() == pytest.approx([0.4, 0.8, 1.0])
    assert found.totals["provisional"].to_list() == [False, True, True]


@pytest.mark.parametrize("dispersion", [1.0, 4.0])
def test_the_interval_holds_what_the_year_comes_to(dispersion):
    chance = np.random.default_rng(1)
    inside = 0
    for n in range(40):
        frame, totals = triangle(chance, dispersion)
        last = provisional_totals(frame, replicates=200, seed=n).totals.row(-1, named=True)
        inside += last["low"] <= totals[-1] <= last["high"]
    assert inside / 40 >= 0.85


def test_the_newest_year_looks_like_a_fall_and_is_none():
    frame, totals = triangle(np.random.default_rng(2))
    found = provisional_totals(frame)
    last = found.totals.row(-1, named=True)
    assert last["reported"] < 0.8 * totals[-1]
    assert last["low"] <= totals[-1] <= last["high"]
    assert "2023 is provisional" in found.sentences[-1].in_language("en")
    assert "2023 is voorlopig" in found.sentences[-1].in_language("nl")


def test_a_year_of_which_nothing_came_yet_is_not_surely_empty():
    frame, _ = triangle(np.random.default_rng(3))
    none = frame.with_columns(
        count=pl.when(pl.col("occurred") == 2023).then(0).otherwise(pl.col("count"))
    )
    assert provisional_totals(none).totals["high"][-1] > 0


def test_months_are_periods_too():
    months = pl.date_range(date(2020, 11, 1), date(2021, 2, 1), "1mo", eager=True)
    rows = [(a, b, 10) for n, a in enumerate(months) for b in months[n:]]
    frame = pl.DataFrame(rows, schema=["occurred", "reported", "count"], orient="row")
    assert provisional_totals(frame, replicates=20).totals["occurred"].to_list() == list(months)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(2020, 2019, 1)], "before it occurred"),
        ([(2020, 2020, 1), (2020, 2021, 1)], "too few periods"),
        ([(2020, 2020, 0), (2020, 2022, 1)], "in that period itself"),
        ([(2020, 2020, -1), (2020, 2022, 1)], "negative"),
    ],
)
def test_what_is_no_triangle_is_refused(rows, said):
    frame = pl.DataFrame(rows, schema=["occurred", "reported", "count"], orient="row")
    with pytest.raises(InputError, match=said):
        provisional_totals(frame)


def test_published_editions_revised_2014_and_2017():
    found = published_revisions()
    changed = found.changes.select("year", "first", "last").rows()
    assert (2014, 1256, 1255) in changed
    assert (2017, 958, 956) in changed
    said = [sentence.in_language("en") for sentence in found.sentences]
    assert "2014: 1,256 in the edition of 2018, 1,255 in that of 2019 (-0.1%)." in said


def test_a_year_that_no_edition_changed_is_no_revision():
    frame = pl.DataFrame({"year": [1, 1], "vintage": ["a", "b"], "value": [5, 5]})
    assert [s.in_language("en") for s in revisions(frame).sentences] == ["No year was revised."]
    with pytest.raises(InputError, match="more than once"):
        revisions(pl.concat([frame, frame]))


def test_the_two_published_series_agree_from_2021_on():
    rows = series_frame().filter("newest")
    frame = rows.select("year", "series", pl.col("value").cast(pl.Int64))
    found = side_by_side(frame)
    assert found.agree_from == 2021
    differences = dict(found.years.select("year", "difference").rows())
    assert (differences[2014], differences[2019], differences[2020]) == (-306, -38, -29)
    assert any("say the same" in one.in_language("en") for one in found.sentences)
    with pytest.raises(InputError, match="two series"):
        side_by_side(frame.filter(series="NR"))

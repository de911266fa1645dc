"""Verdicts: two pairs of eyes, a trail to which one only adds, and what cannot all be true."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import ReviewTrail, settle_verdicts
from slachtoffermonitor.link.review import check_verdicts

SHAPE = {
    "left_is": pl.String,
    "left": pl.String,
    "right_is": pl.String,
    "right": pl.String,
    "verdict": pl.String,
    "reviewer": pl.String,
    "reviewed_on": pl.String,
}


def filled_in(*rows: tuple[str, str, str | None, str | None], **more: Any) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "left_is": "report",
                "left": left,
                "right_is": "report",
                "right": right,
                "verdict": verdict,
                "reviewer": reviewer,
                "reviewed_on": "2024-03-01",
            }
            | more
            for left, right, verdict, reviewer in rows
        ],
        schema=SHAPE,
    )


def both_say(verdict: str, *pairs: tuple[str, str]) -> pl.DataFrame:
    return filled_in(*((one, two, verdict, who) for one, two in pairs for who in ("Ada", "Bea")))


def settled(*reviews: pl.DataFrame) -> pl.DataFrame:
    trail = ReviewTrail.read("")
    for review in reviews:
        trail = trail.extended(check_verdicts(review))
    return settle_verdicts(trail.verdicts)


def test_two_reviewers_settle_a_pair_and_one_does_not() -> None:
    found = settled(
        both_say("same", ("N1", "N2")),
        both_say("different", ("N3", "N4")),
        filled_in(("N5", "N6", "same", "Ada")),
    )
    assert found["same_person"].to_list() == [True, False, None]
    assert found["status"].to_list() == ["settled", "settled", "second reviewer wanted"]
    assert found["reviewers"].to_list() == [2, 2, 1]


def test_one_reviewer_twice_is_one_reviewer_however_the_name_is_written() -> None:
    first = filled_in(("N1", "N2", "same", "Ada  Lovelace"))
    again = filled_in(("N2", "N1", "same", "ada lovelace"), reviewed_on="2024-03-02")
    assert settled(first, again)["status"].to_list() == ["second reviewer wanted"]


def test_a_conflict_stays_undecided_whoever_joins_in() -> None:
    conflict = filled_in(
        ("N1", "N2", "same", "Ada"),
        ("N1", "N2", "different", "Bea"),
        ("N1", "N2", "same", "Cor"),
    )
    found = settled(conflict)
    assert found["same_person"].to_list() == [None]
    assert found["status"].to_list() == ["conflict"]


def test_a_reviewer_who_thinks_again_counts_as_of_the_later_day() -> None:
    first = filled_in(("N1", "N2", "same", "Ada"), ("N1", "N2", "different", "Bea"))
    later = filled_in(("N1", "N2", "same", "Bea"), reviewed_on="2024-04-01")
    assert settled(first, later)["same_person"].to_list() == [True]


def test_unsure_settles_nothing_and_stands_in_nobodys_way() -> None:
    review = filled_in(
        ("N1", "N2", "unsure", "Ada"), ("N1", "N2", "same", "Bea"), ("N1", "N2", "same", "Cor")
    )
    assert settled(review)["same_person"].to_list() == [True]


def test_contradictions_are_listed_with_their_chain() -> None:
    with pytest.raises(InputError) as error:
        settled(
            both_say("same", ("A", "B"), ("B", "C"), ("P", "Q")),
            both_say("different", ("A", "C"), ("P", "Q2")),
        )
    message = str(error.value)
    assert "A = B, B = C, but A ≠ C" in message
    assert len(error.value.problems) == 1
    assert "P" not in message


def test_two_entries_of_the_register_are_not_one_person() -> None:
    review = both_say("same", ("N1", "R1"), ("N1", "R2")).with_columns(right_is=pl.lit("register"))
    with pytest.raises(InputError, match="R1 = N1, N1 = R2"):
        settled(review)


def test_the_same_id_in_two_tables_is_not_one_record() -> None:
    one = both_say("same", ("1", "2"))
    other = both_say("different", ("1", "2")).with_columns(right_is=pl.lit("register"))
    assert settled(one, other)["same_person"].sort().to_list() == [False, True]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("N1", "N2", "maybe", "Ada"), "verdict"),
        (("N1", "N2", "same", None), "reviewer"),
        ((None, "N2", "same", "Ada"), "left"),
    ],
)
def test_what_is_no_verdict_is_refused_by_row_and_column(row: Any, column: str) -> None:
    with pytest.raises(InputError) as error:
        check_verdicts(filled_in(("N8", "N9", "same", "Ada"), row), file="review.csv")
    assert [(each.row, each.column) for each in error.value.problems] == [(2, column)]


def test_a_day_that_is_none_a_pair_of_one_and_two_words_at_once_are_refused() -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        check_verdicts(filled_in(("N1", "N2", "same", "Ada"), reviewed_on="1 March"))
    with pytest.raises(InputError, match="with itself"):
        check_verdicts(filled_in(("N1", "N1", "same", "Ada")))
    with pytest.raises(InputError, match="two things"):
        check_verdicts(filled_in(("N1", "N2", "same", "Ada"), ("N2", "N1", "different", "Ada")))
    with pytest.raises(InputError, match="column is missing"):
        check_verdicts(filled_in().drop("reviewer"))


def test_rows_that_nobody_filled_in_are_left_out() -> None:
    given_back = filled_in(("N1", "N2", None, None), ("N3", "N4", " ", "Ada"))
    assert check_verdicts(given_back).is_empty()


def test_the_trail_is_read_back_and_takes_a_verdict_once() -> None:
    review = check_verdicts(both_say("same", ("N1", "N2")))
    trail = ReviewTrail.read("").extended(review)
    again = ReviewTrail.read(trail.text).extended(review)
    assert again.text == trail.text
    assert again.verdicts.equals(trail.verdicts)
    assert again.verdicts["reviewed_on"].to_list() == [date(2024, 3, 1)] * 2
    longer = again.extended(check_verdicts(both_say("different", ("N1", "N3"))))
    assert longer.text.startswith(trail.text)
    assert ReviewTrail.read(longer.text).verdicts.height == 4


@given(place=st.integers(0, 3), how=st.sampled_from(["drop", "change", "swap", "forge"]))
@settings(max_examples=30, deadline=None)
def test_a_trail_that_was_changed_is_refused(place: int, how: str) -> None:
    pairs = [("N1", "N2"), ("N3", "N4"), ("N5", "N6")]
    lines = (
        ReviewTrail.read("").extended(check_verdicts(both_say("same", *pairs))).text.splitlines()
    )
    if how == "drop":
        del lines[place]
    elif how == "swap":
        lines[place], lines[place + 1] = lines[place + 1], lines[place]
    else:
        entry = json.loads(lines[place])
        entry["verdict"] = "different"
        lines[place] = json.dumps(entry) if how == "change" else "{}"
    with pytest.raises(InputError):
        ReviewTrail.read("\n".join(lines))


def test_a_trail_of_another_version_or_of_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match="not of an audit trail"):
        ReviewTrail.read("hello")


@given(st.permutations(range(6)))
@settings(max_examples=30, deadline=None)
def test_the_order_in_which_verdicts_come_in_does_not_matter(order: list[int]) -> None:
    rows = [
        ("N1", "N2", "same", "Ada"),
        ("N1", "N2", "same", "Bea"),
        ("N2", "N3", "different", "Ada"),
        ("N2", "N3", "same", "Bea"),
        ("N4", "N5", "unsure", "Ada"),
        ("N4", "N5", "different", "Cor"),
    ]
    assert settled(filled_in(*(rows[at] for at in order))).equals(settled(filled_in(*rows)))

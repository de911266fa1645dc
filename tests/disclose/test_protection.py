"""Nothing small leaves, and nothing leaves without having been released."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slachtoffermonitor.disclose import Column, ReleasedTable, Rules, Table, protect, release
from slachtoffermonitor.ground import InputError, ReleaseError, Text


def table(persons: list[int], *, name: str = "by_form", origin: str = "register") -> Table:
    frame = pl.DataFrame(
        {
            "form": [f"F{i}" for i in range(len(persons))],
            "persons": persons,
            "share": [p / 100 for p in persons],
        },
        schema={"form": pl.String, "persons": pl.Int64, "share": pl.Float64},
    )
    columns = (
        Column(name="form", label=Text("Form"), role="dimension"),
        Column(name="persons", label=Text("Persons"), role="count", unit="persons"),
        Column(name="share", label=Text("Share"), role="measure"),
    )
    return Table(
        name=name,
        title=Text("Victims by form"),
        frame=frame,
        columns=columns,
        origin=origin,
        source=Text("A register"),
    )


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=40),
    st.sampled_from([(10, 5), (10, 10), (3, 3), (6, 2), (2, 1)]),
)
def test_every_released_count_is_zero_or_at_least_the_minimum(persons, rule):
    minimum, base = rule
    rules = Rules(minimum=minimum, base=base)
    released = release(protect([table(persons)], rules))["by_form"]
    for before, after in zip(persons, released.frame["persons"], strict=True):
        if 1 <= before < minimum:
            assert after is None
        else:
            assert after % base == 0
            assert abs(after - before) <= base / 2
    assert released.hidden == sum(1 <= count < minimum for count in persons)


def test_a_share_is_hidden_with_the_count_that_it_would_give_back():
    released = release(protect([table([3, 40])]))["by_form"]
    assert released.frame["share"].to_list() == [None, 0.4]


def test_a_measure_goes_only_with_the_count_that_it_rests_on():
    whole = table([40])
    columns = (
        *whole.columns[:2],
        Column(name="waiting", label=Text("Waiting"), role="count"),
        Column(name="share", label=Text("Share"), role="measure", rests_on="persons"),
    )
    frame = whole.frame.select("form", "persons", pl.lit(3, pl.Int64).alias("waiting"), "share")
    released = release(protect([replace(whole, frame=frame, columns=columns)]))["by_form"]
    assert released.frame.row(0) == ("F0", 40, None, 0.4)


def test_public_figures_pass_unchanged_and_say_so():
    released = release(protect([table([3, 29], origin="published")]))["by_form"]
    assert released.frame["persons"].to_list() == [3, 29]
    assert released.method == "public-already"
    assert "published before" in released.explanation.in_language("en")
    assert "eerder gepubliceerd" in released.explanation.in_language("nl")


def test_only_release_makes_a_released_table():
    released = release(protect([table([40])]))["by_form"]
    with pytest.raises(ReleaseError, match="was not released"):
        ReleasedTable(
            name="forged",
            title=released.title,
            frame=released.frame,
            columns=released.columns,
            origin="register",
            source=released.source,
            notes=(),
            method="none",
            explanation=released.explanation,
            seal=object(),
        )


def test_the_explanation_counts_what_was_hidden_in_both_languages():
    released = release(protect([table([3, 4, 1200])]))["by_form"]
    assert "Hidden here: 2" in released.explanation.in_language("en")
    assert "Hier weggelaten: 2" in released.explanation.in_language("nl")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: table([-1]), "negative count"),
        (lambda: protect([table([1]), table([2])]), "same name"),
        (lambda: Rules(minimum=1), "protects nobody"),
        (lambda: Rules(minimum=10, base=11), "does not fit"),
    ],
)
def test_bad_input_is_refused_with_a_clear_message(make, what):
    with pytest.raises(InputError, match=what):
        make()


def test_a_table_must_explain_every_column():
    whole = table([40])
    with pytest.raises(InputError, match="does not explain"):
        Table(
            name="x",
            title=whole.title,
            frame=whole.frame,
            columns=whole.columns[:2],
            origin="register",
            source=whole.source,
        )


def test_the_repr_of_a_table_shows_no_value():
    assert "77777" not in repr(table([77777]))
    assert "77777" not in repr(protect([table([77777])]))

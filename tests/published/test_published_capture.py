"""The published capture tables are whole."""

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.published import capture_table, capture_table_names


def test_six_tables():
    assert set(capture_table_names()) == {
        "netherlands",
        "united_kingdom",
        "australia",
        "kosovo",
        "korea",
        "artificial",
    }


@pytest.mark.parametrize("name", capture_table_names())
def test_the_counts_add_up_to_the_persons_of_the_publication(name):
    table = capture_table(name)
    assert table.frame.columns == [*table.lists, "count"]
    assert table.frame["count"].sum() == table.persons
    assert all(table.frame.schema[column] == pl.Int8 for column in table.lists)
    assert table.frame.schema["count"] == pl.Int64
    ones = table.frame.select(table.lists)
    assert ones.is_unique().all()
    assert ones.max().row(0) == (1,) * len(table.lists)
    assert ones.select(pl.sum_horizontal(pl.all())).to_series().min() == 1
    assert set(table.list_notes) == set(table.lists)
    assert table.citation


def test_the_dutch_table_says_that_its_lists_are_the_usual_reading():
    table = capture_table("netherlands")
    assert (len(table.lists), table.persons, table.years) == (6, 8234, 6)
    assert "usual reading" in table.reading.in_language("en")
    assert table.list_notes["K"].in_language("nl") == "Koninklijke Marechaussee"


def test_an_unknown_table_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="netherlands"):
        capture_table("atlantis")

"""The attack finds what tables give away together, and nothing where nothing can be told."""

import itertools

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Rules, Table, attack
from slachtoffermonitor.ground import InputError, ReleaseError

SUPPRESSED = Rules(method="suppression")


def plain(rows: dict[str, list], name: str = "t", **kinds) -> Table:
    return Table.from_frame(pl.DataFrame(rows, strict=False), name=name, **kinds)


def without_small(table: Table, minimum: int = 10) -> Table:
    """Hide what is small and nothing else, as a naive tool does."""
    count = pl.col("count")
    shown = table.frame.with_columns(count=pl.when(~count.is_between(1, minimum - 1)).then(count))
    return Table.from_frame(shown, name=table.name, hierarchies=table.hierarchies)


def margins(people: pl.DataFrame, ways: int) -> list[Table]:
    """Count the people by every combination of up to so many columns."""
    return [
        Table.from_frame(
            people.group_by(by).agg(pl.len().cast(pl.Int64).alias("count")).sort(by),
            name=" × ".join(by),
        )
        for way in range(1, ways + 1)
        for by in itertools.combinations(people.columns, way)
    ]


def people(size: int, seed: int, **codes: int) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    weights = {name: 1 / np.arange(1, number + 1) ** 1.3 for name, number in codes.items()}
    return pl.DataFrame(
        {
            name: [f"{name}{i}" for i in generator.choice(len(w), size, p=w / w.sum())]
            for name, w in weights.items()
        }
    )


def test_a_lone_hidden_count_is_found_with_the_tables_that_give_it_away():
    by_form = plain({"form": ["A", "B", "C"], "count": [40, 60, None]}, "by form")
    total = plain({"sex": ["V", "M"], "count": [70, 37]}, "by sex")
    (breach,) = attack([by_form, total])
    assert (breach.low, breach.high) == (7, 7)
    assert breach.conditions == {"form": "C"}
    assert breach.tables == ("by form", "by sex")
    assert "7" not in repr(breach)
    assert attack([by_form]) == []


def test_two_hidden_counts_that_only_add_up_are_safe():
    table = plain({"form": ["A", "B", "C", "TOTAL"], "count": [40, None, None, 60]})
    assert attack([table]) == []
    (tight,) = attack([plain({"form": ["A", "B", "TOTAL"], "count": [None, 40, 43]})])
    assert (tight.low, tight.high) == (3, 3)


def test_the_interval_is_the_exact_one():
    rows = {"a": [], "b": [], "count": []}
    counts = [[None, None, 20, 35], [None, None, 30, 47], [25, 30, 11, 66], [40, 47, 61, None]]
    for i, a in enumerate(("1", "2", "3", "TOTAL")):
        for j, b in enumerate(("x", "y", "z", "TOTAL")):
            rows["a"].append(a)
            rows["b"].append(b)
            rows["count"].append(counts[i][j])
    found = attack([plain(rows)], rules=Rules(method="suppression", sliding=20))
    # first row holds 15 together, first column 15, second row 17, second column 17
    intervals = {tuple(b.conditions.values()): (b.low, b.high) for b in found}
    assert intervals == {
        ("1", "x"): (0, 15),
        ("1", "y"): (0, 15),
        ("2", "x"): (0, 15),
        ("2", "y"): (2, 17),
    }


def test_primary_suppression_alone_is_broken():
    tables = margins(people(2000, 5, form=6, sex=3, age=4), ways=3)
    found = attack([without_small(table) for table in tables])
    exact = [breach for breach in found if breach.low == breach.high]
    truth = {
        frozenset(row.items()): count
        for table in tables
        for *codes, count in table.frame.iter_rows()
        for row in [dict(zip(table.dimensions, codes, strict=True))]
    }
    assert exact
    for breach in exact:
        assert truth[frozenset(breach.conditions.items())] == breach.low


def test_independent_rounding_is_broken():
    rounded = plain(
        {"form": [*"ABCDEFGH", "TOTAL"], "count": [5, 5, 5, 5, 5, 5, 5, 5, 5]},
    )
    rules = Rules(method="rounding")
    found = attack([rounded], rules=rules, method="rounding")
    assert len(found) == 9  # the total too
    assert all(breach.high - breach.low < rules.width for breach in found)


def test_overlapping_windows_give_the_year_between_them_away():
    first = {"2014-2017": ("2014", "2015", "2016", "2017")}
    second = {"2014-2018": ("2014", "2015", "2016", "2017", "2018")}
    years = first | second
    old = plain({"year": ["2014-2017"], "count": [400]}, "old", hierarchies={"year": years})
    new = plain({"year": ["2014-2018"], "count": [403]}, "new", hierarchies={"year": years})
    (breach,) = attack([old, new])
    assert breach.conditions == {"year": "2018"}
    assert (breach.low, breach.high) == (3, 3)
    assert breach.tables == ("new", "old")


def test_overlapping_categories_do_not_add_up_and_still_tell():
    by_reporter = plain(
        {"reporter": ["P", "Q"], "count": [50, None]}, "r", overlapping=["reporter"]
    )
    by_sex = plain({"sex": ["V", "M"], "count": [30, 25]}, "s")
    assert attack([by_reporter, by_sex]) == []
    (breach,) = attack([by_reporter, by_sex], rules=Rules(method="suppression", sliding=60))
    assert (breach.low, breach.high) == (5, 55)


def test_the_finest_table_tells_what_margins_do_not():
    """Who is A is never x nor y by the other tables: the hidden count of A × 1 must be 0."""
    ab = plain({"p": [*"AABB"], "q": [*"1212"], "count": [None, None, None, None]}, "pq")
    pr = plain({"p": [*"AB"], "r": [*"xy"], "count": [30, 40]}, "pr")
    qr = plain({"q": [*"12"], "r": [*"xy"], "count": [30, 40]}, "qr")
    rules = Rules(method="suppression", sliding=1, minimum=50, base=5)
    assert {(b.low, b.high) for b in attack([ab, pr, qr], rules=rules)} == {(30, 30), (40, 40)}


def test_tables_that_contradict_one_another_are_no_success():
    with pytest.raises((ReleaseError, InputError)):
        attack(
            [
                plain({"form": ["A", "B"], "count": [40, None]}, "a"),
                plain({"form": ["TOTAL"], "count": [30]}, "b"),
            ]
        )


@pytest.mark.parametrize("method", ["magic", "public-already"])
def test_an_unknown_method_is_refused(method):
    with pytest.raises(InputError, match="unknown method"):
        attack([plain({"form": ["A"], "count": [40]})], method=method)

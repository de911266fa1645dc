"""Random sets of linked tables, protected by each method: attacked, and every promise holds."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, Rules, Table, attack, protect, release
from slachtoffermonitor.disclose.linked import exact_pieces, link_pieces
from slachtoffermonitor.ground import InputError, ReleaseError, Text

SEEDS = 200
FAST = 24  # of them in every run; all in the slow one
RING = """
 3 20 20 20 63
20  4 20 20 64
20 20  5 20 65
20 20 20 20 80
63 64 65 80 272
"""


def true_counts(tables):
    return {table.name: table.frame["count"].to_numpy() for table in tables}


@pytest.mark.parametrize(
    "seeds",
    [range(FAST), pytest.param(range(FAST, SEEDS), marks=pytest.mark.slow)],
    ids=["some", "all"],
)
def test_no_suppressed_count_is_told_more_closely_than_promised(random_set, seeds):
    for seed in seeds:
        tables = random_set(seed)
        rules = Rules(method="suppression", seconds=1.5, seed=seed, joint_limit=300)
        protected = protect(tables, rules)
        released = release(protected)
        before = true_counts(tables)
        for name, table in released.items():
            shown = table.frame["count"].to_numpy()
            assert not np.any((shown >= 1) & (shown < rules.minimum))
            known = ~np.isnan(shown.astype(float))
            np.testing.assert_array_equal(shown[known], before[name][known])
        truth = {
            (tuple(sorted(zip(t.dimensions, row[:-1], strict=True)))): row[-1]
            for t in tables
            for row in t.frame.iter_rows()
        }
        if seed % 5:
            continue
        for breach in attack(list(released.values()), rules=rules):
            # a reader cannot tell which hidden counts are small; of those that are, none is told
            count = truth.get(tuple(sorted(breach.conditions.items())))
            assert count is None or not 1 <= count < rules.minimum


@pytest.mark.parametrize(
    "seeds",
    [range(0, SEEDS, 12), pytest.param(range(SEEDS), marks=pytest.mark.slow)],
    ids=["some", "all"],
)
def test_rounded_tables_add_up_and_keep_their_promise(random_set, seeds):
    for seed in seeds:
        tables = random_set(seed)
        rules = Rules(method="rounding", seconds=20, seed=seed, joint_limit=300)
        protected = protect(tables, rules)
        assert protected.breaches == ()
        released = release(protected)
        before = true_counts(tables)
        for name, table in released.items():
            shown = table.frame["count"].to_numpy()
            assert np.all(shown % rules.base == 0)
            assert np.all(np.abs(shown - before[name]) < table.parameters["base"])
        rounded = [
            Table.from_frame(table.frame, name=name, hierarchies=dict(table.hierarchies))
            for name, table in released.items()
        ]
        linked = link_pieces(exact_pieces(rounded))
        known = np.nan_to_num(linked.value)
        np.testing.assert_allclose(linked.matrix @ known, 0)


def test_the_same_seed_gives_the_same_tables(random_set):
    for method in ("suppression", "rounding", "cell-key", "minimum-and-rounding"):
        tables = random_set(11)
        rules = Rules(method=method, seconds=20, sliding=2)
        first, second = (protect(tables, rules, secret=b"kept inside") for _ in range(2))
        for one, other in zip(first.tables, second.tables, strict=True):
            assert one.frame.equals(other.frame)


def test_tables_protected_one_by_one_are_broken_together(make_people, make_margins):
    tables = make_margins(make_people(900, 3, form=5, sex=3, age=4), ways=2)
    rules = Rules(method="suppression", seconds=20)
    alone = [release(protect([table], rules))[table.name] for table in tables]
    exact = [breach for breach in attack(alone, rules=rules) if breach.low == breach.high]
    assert exact
    together = protect(tables, rules)
    assert together.breaches == ()
    found = attack(list(release(together).values()), rules=rules)
    assert not any(1 <= breach.low == breach.high < rules.minimum for breach in found)


def test_the_cheapest_choice_is_found_where_it_is_known():
    """Three small counts of a 4 × 4 table on a diagonal need three more, in a ring."""
    frame = pl.DataFrame(
        {
            "a": [a for a in "wxyzT" for _ in range(5)],
            "b": [b for _ in range(5) for b in "1234T"],
            "count": [int(count) for count in RING.split()],
        }
    )
    table = Table.from_frame(frame, name="ring", total="T")
    protected = protect([table], Rules(method="suppression", seconds=20))
    assert protected.figures["suppressed"] == 6
    assert protected.figures["gap"] == pytest.approx(0, abs=1e-6)


def test_a_revealed_window_is_protected():
    tree = {
        "2014-2017": ("2014", "2015", "2016", "2017"),
        "2014-2018": ("2014", "2015", "2016", "2017", "2018"),
    }
    frame = pl.DataFrame({"year": list(tree), "count": [400, 403]})
    table = Table.from_frame(frame, name="windows", hierarchies={"year": tree})
    released = release(protect([table], Rules(method="suppression", seconds=20)))
    assert released["windows"].hidden >= 1
    assert attack(list(released.values())) == []


def test_the_rules_on_contributions_groups_and_zeros(make_people):
    base = Table.from_frame(
        pl.DataFrame({"form": ["A", "B", "C", "D"], "count": [100, 100, 100, 0]}), name="t"
    )
    assert hidden(base, Rules(method="suppression")) == set()
    assert "D" in hidden(base, Rules(method="suppression", zeros=True))
    largest = base.frame.with_columns(
        first=pl.Series([60, 85, 40, 0]), second=pl.Series([20, 8, 30, 0])
    )
    columns = (
        *base.columns,
        Column(name="first", label=Text("first"), role="contribution", rests_on="count"),
        Column(name="second", label=Text("second"), role="contribution", rests_on="count"),
    )
    dominated = replace(base, frame=largest, columns=columns)
    assert hidden(dominated, Rules(method="suppression")) == {"B"}
    released = release(protect([dominated], Rules(method="suppression")))["t"]
    assert released.frame.columns == ["form", "count"]
    group = Table.from_frame(
        pl.DataFrame(
            {"form": ["A", "A", "B", "B"], "status": ["p", "q", "p", "q"], "count": [99, 1, 50, 50]}
        ).with_columns(count=pl.Series([199, 11, 50, 50])),
        name="g",
    )
    assert hidden(group, Rules(method="suppression")) == set()
    assert "A" in hidden(group, Rules(method="suppression", sensitive=("status",)))


def hidden(table: Table, rules: Rules) -> set[str]:
    released = release(protect([table], replace(rules, seconds=20)))[table.name]
    return set(released.frame.filter(pl.col("count").is_null())["form"])


@pytest.mark.parametrize(
    ("frames", "what"),
    [
        ([{"form": ["A", "B", "TOTAL"], "count": [20, 30, 51]}], "not the sum of its parts"),
        ([{"form": ["A", "B"], "count": [20, -1]}], "negative count"),
        (
            [
                {"form": ["A", "B"], "count": [20, 30]},
                {"form": ["A", "B"], "sex": ["V", "V"], "count": [20, 31]},
            ],
            "not the sum of its parts",
        ),
        (
            [{"form": ["A"], "count": [20]}, {"form": ["A"], "count": [21]}],
            "another count in one table",
        ),
    ],
)
def test_tables_that_do_not_add_up_are_refused(frames, what):
    with pytest.raises(InputError, match=what):
        protect(
            [Table.from_frame(pl.DataFrame(f), name=f"t{i}") for i, f in enumerate(frames)],
            Rules(method="suppression"),
        )


def test_a_hierarchy_must_cover_its_codes_and_all_problems_come_at_once():
    frame = pl.DataFrame({"form": ["A", "B", "Z"], "count": [20, 30, 40]})
    tables = [
        Table.from_frame(frame, name=name, hierarchies={"form": {"ALL": ("A", "B")}})
        for name in ("one", "two")
    ]
    with pytest.raises(InputError, match="does not cover its codes") as raised:
        protect(tables, Rules(method="suppression"))
    assert len(raised.value.problems) == 2
    ring = Table.from_frame(frame, name="r", hierarchies={"form": {"A": ("B",), "B": ("A", "Z")}})
    with pytest.raises(InputError, match="ring"):
        protect([ring])


def test_an_unknown_method_of_protection_is_refused():
    with pytest.raises(InputError, match="unknown method"):
        Rules(method="magic")


def test_release_refuses_while_a_breach_stands(make_people, make_margins):
    tables = make_margins(make_people(400, 4, form=5, sex=3), ways=2)
    protected = protect(
        tables, Rules(method="cell-key", variance=0.5, furthest=1, sliding=4), secret=b"s"
    )
    assert protected.breaches
    with pytest.raises(ReleaseError, match="told too closely"):
        release(protected)


@pytest.mark.parametrize("names", [(), ("Ann",), ("Ann", " ann "), ("Ann", "")])
def test_release_needs_two_people(names):
    protected = protect([Table.from_frame(pl.DataFrame({"a": ["x"], "count": [40]}), name="t")])
    with pytest.raises(ReleaseError, match="two different people"):
        release(protected, approvals=names)
    assert release(protected, approvals=("Ann", "Bob"))

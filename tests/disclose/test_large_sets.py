"""Sets too large for one integer program: protected part by part, and nothing is broken."""

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, Rules, Table, attack, protect, release
from slachtoffermonitor.disclose.linked import exact_pieces, link_pieces
from slachtoffermonitor.disclose.linked.blocks import blocks_around, shape_of
from slachtoffermonitor.ground import Text


def test_every_wanted_cell_stands_in_a_part_of_about_the_size(make_people, make_margins):
    linked = link_pieces(exact_pieces(make_margins(make_people(900, 1, a=5, b=4, c=6), ways=2)))
    shape, free = shape_of(linked), np.ones(linked.value.size, dtype=bool)
    wanted = np.flatnonzero(linked.value < 10)
    for wider in (False, True):
        parts = list(
            blocks_around(
                shape, free, wanted, most=20, generator=np.random.default_rng(1), wider=wider
            )
        )
        assert len(parts) > 1
        assert set(wanted) <= set(np.concatenate(parts))
    (whole,) = blocks_around(
        shape, free, wanted, most=free.size, generator=np.random.default_rng(1)
    )
    assert whole.size == free.size


def test_a_larger_set_is_protected_and_what_it_must_cost_is_said(make_people, make_margins):
    tables = make_margins(make_people(3000, 2, a=6, b=5, c=4, d=3), ways=3)
    rules = Rules(method="suppression", seconds=60, joint_limit=0)
    protected = protect(tables, rules)
    assert protected.breaches == ()
    assert protected.figures["unproven"] == 0
    assert 0 <= protected.figures["gap"] < 0.5
    found = attack(list(release(protected).values()), rules=rules)
    truth = {
        tuple(sorted(zip(table.dimensions, row[:-1], strict=True))): row[-1]
        for table in tables
        for row in table.frame.iter_rows()
    }
    for breach in found:
        assert not 1 <= truth[tuple(sorted(breach.conditions.items()))] < rules.minimum


@pytest.mark.parametrize("whole", [10, 100_000])
def test_rounding_part_by_part_adds_up_as_rounding_at_once(
    make_people, make_margins, monkeypatch, whole
):
    monkeypatch.setattr("slachtoffermonitor.disclose.rounding.controlled._WHOLE", whole)
    tables = make_margins(make_people(900, 4, a=5, b=4, c=3), ways=2)
    protected = protect(tables, Rules(method="rounding", seconds=20, joint_limit=0))
    assert protected.breaches == ()
    assert protected.figures["absolute_change"] >= protected.figures["bound"] - 1e-6
    released = release(protected)
    rounded = [Table.from_frame(table.frame, name=name) for name, table in released.items()]
    linked = link_pieces(exact_pieces(rounded))
    np.testing.assert_allclose(linked.matrix @ np.nan_to_num(linked.value), 0)


def test_one_count_in_two_columns_is_one_cell_and_its_links_never_leave():
    yearly = Table.from_frame(
        pl.DataFrame({"year": ["2019", "2020"], "count": [43, 58]}), name="by year"
    )
    change = Table(
        name="change",
        title=Text("change"),
        frame=pl.DataFrame({"was": ["2019"], "form": ["TOTAL"], "before": [43]}),
        columns=(
            Column(name="was", label=Text("was"), role="dimension"),
            Column(name="form", label=Text("form"), role="link"),
            Column(
                name="before",
                label=Text("before"),
                role="count",
                population="persons",
                by=("year=was", "form"),
            ),
        ),
        origin="register",
        source=Text(""),
    )
    linked = link_pieces(exact_pieces([yearly, change]))
    assert linked.seen.sum() == 2
    released = release(protect([yearly, change], Rules(method="rounding")))
    assert released["change"].frame.columns == ["was", "before"]
    assert released["change"].frame["before"][0] == released["by year"].frame["count"][0]
    assert attack(list(released.values()), rules=Rules(method="rounding")) == []

"""Cell-key perturbation: as its table says, and always alike."""

import numpy as np
import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, Rules, Table, count_with_keys, protect
from slachtoffermonitor.disclose.cellkey import perturbation_table, record_keys
from slachtoffermonitor.ground import InputError, Text

SECRET = b"kept inside"


@pytest.mark.parametrize(
    ("variance", "furthest", "smallest"), [(4.0, 8, 1), (2.0, 5, 3), (1.0, 3, 1)]
)
def test_the_perturbation_has_mean_0_and_the_variance_asked_for(variance, furthest, smallest):
    table = perturbation_table(variance=variance, furthest=furthest, smallest=smallest)
    np.testing.assert_allclose(table.chances.sum(axis=1), 1)
    np.testing.assert_allclose(table.chances @ table.changes, 0, atol=1e-5)
    spread = table.chances @ table.changes**2
    np.testing.assert_allclose(spread[furthest:], variance, rtol=1e-4)
    assert spread[0] == 0
    for count, chances in enumerate(table.chances):
        results = count + table.changes[chances > 0]
        assert np.all((results == 0) | (results >= smallest))


def test_over_100000_cells_the_changes_are_distributed_as_the_table_says():
    table = perturbation_table(variance=4.0, furthest=8)
    ids = pl.Series([f"case {number}" for number in range(100_000)])
    keys = record_keys(ids, SECRET).to_numpy() / 2**32
    for count in (1, 3, 40):
        changes = table.perturb(np.full(keys.size, count), keys) - count
        seen = np.array([(changes == change).sum() for change in table.changes])
        expected = table.chances[min(count, len(table.chances) - 1)] * keys.size
        used = expected > 5
        distance = ((seen[used] - expected[used]) ** 2 / expected[used]).sum()
        assert distance < 2.5 * used.sum() + 10
        assert seen[~used].sum() <= 5 * expected[~used].sum() + 20


def keyed(records: pl.DataFrame, by: list[str], name: str) -> Table:
    frame = count_with_keys(records, by, record_id="id", secret=SECRET)
    columns = (
        *(Column(name=one, label=Text(one), role="dimension") for one in by),
        Column(name="count", label=Text("n"), role="count", population="persons"),
        Column(name="cell_key", label=Text("key"), role="key", rests_on="count"),
    )
    return Table(
        name=name,
        title=Text(name),
        frame=frame,
        columns=columns,
        origin="register",
        source=Text(""),
    )


def test_the_same_people_are_perturbed_alike_in_every_table_and_edition(make_people):
    records = make_people(900, 8, form=4, sex=2).with_columns(
        id=pl.int_range(pl.len()).cast(pl.String)
    )
    rules = Rules(method="cell-key", sliding=0)
    tables = [keyed(records, ["form"], "by form"), keyed(records, ["form", "sex"], "by both")]
    first = protect(tables, rules, secret=SECRET).tables
    again = protect(tables[:1], rules, secret=SECRET).tables
    assert first[0].frame.equals(again[0].frame)
    assert first[0].frame.columns == ["form", "count"]
    only = records.filter(pl.col("sex") == "sex0").select("form", "id", "sex")
    of_women = protect([keyed(only, ["form", "sex"], "x")], rules, secret=SECRET).tables[0].frame
    both = first[1].frame.filter(pl.col("sex") == "sex0")
    assert of_women.equals(both)


def test_without_keys_of_records_the_condition_is_the_key(make_people, make_margins):
    records = make_people(900, 8, form=4, sex=2)
    rules = Rules(method="cell-key", sliding=0)
    tables = make_margins(records, ways=2)
    whole = {one.table.name: one.frame for one in protect(tables, rules, secret=SECRET).tables}
    part = protect(tables[:1], rules, secret=SECRET).tables[0].frame
    assert whole["form"].equals(part)
    other = protect(tables, rules, secret=b"another").tables
    assert any(not one.frame.equals(whole[one.table.name]) for one in other)


def test_cell_keys_need_a_secret(make_people, make_margins):
    with pytest.raises(InputError, match="secret"):
        protect(make_margins(make_people(90, 8, form=4), ways=1), Rules(method="cell-key"))

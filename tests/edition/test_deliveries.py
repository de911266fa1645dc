"""Files of organisations become one table each, or one report of all that is wrong."""

import polars as pl
import pytest

from slachtoffermonitor.edition import read_deliveries
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.simulate import simulate_nation


@pytest.fixture(scope="module")
def nation():
    return simulate_nation(seed=5, persons=1000, years=range(2016, 2018))


def test_files_of_one_table_are_put_together(tmp_path, nation):
    for name in ("notifications-POL", "notifications-ZC", "events"):
        nation.deliveries[name].write_csv(tmp_path / f"{name}.csv")
    (tmp_path / "README.txt").write_text("not a delivery")
    deliveries = read_deliveries(tmp_path)
    assert deliveries.get("notifications").equals(
        pl.concat([nation.deliveries["notifications-POL"], nation.deliveries["notifications-ZC"]])
    )
    assert deliveries.get("presence").is_empty()
    assert not deliveries.simulated
    assert set(deliveries.inputs) == {
        "events.csv",
        "notifications-POL.csv",
        "notifications-ZC.csv",
    }
    assert "surname" not in repr(deliveries)


def test_problems_of_all_files_come_together(tmp_path, nation):
    police = nation.deliveries["notifications-POL"].cast(pl.String)
    police.with_columns(sex=pl.lit("F")).head(2).write_csv(tmp_path / "notifications-POL.csv")
    nation.deliveries["events"].drop("event_kind").write_csv(tmp_path / "events.csv")
    (tmp_path / "meldingen.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError) as refused:
        read_deliveries(tmp_path)
    found = {
        (problem.file.rsplit("/", 1)[-1], problem.column) for problem in refused.value.problems
    }
    assert found == {
        ("notifications-POL.csv", "sex"),
        ("events.csv", "event_kind"),
        ("meldingen.csv", ""),
    }


def test_the_same_id_in_two_files_is_refused(tmp_path, nation):
    police = nation.deliveries["notifications-POL"]
    police.write_csv(tmp_path / "notifications-POL.csv")
    police.head(1).write_csv(tmp_path / "notifications-again.csv")
    with pytest.raises(InputError, match="share an id across files"):
        read_deliveries(tmp_path)


def test_an_empty_or_missing_folder_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no notifications"):
        read_deliveries(tmp_path)
    with pytest.raises(InputError, match="no folder of deliveries"):
        read_deliveries(tmp_path / "none")

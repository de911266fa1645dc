"""The folder of a new edition: what it holds can be filled in and read."""

import polars as pl
import pytest

from slachtoffermonitor.edition import DELIVERED_TABLES, Settings, lay_out_edition
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.records import CHECKED_TABLES


def test_there_is_a_template_of_every_delivery_with_its_codes(tmp_path):
    lay_out_edition(tmp_path / "e", Settings())
    for name in DELIVERED_TABLES:
        header = (tmp_path / "e" / "templates" / f"{name}.csv").read_text().strip().split(",")
        assert header == list(CHECKED_TABLES[name].columns())
        sheets = pl.read_excel(
            tmp_path / "e" / "templates" / f"{name}.xlsx", sheet_id=0, raise_if_empty=False
        )
        assert list(sheets)[:2] == [name, "columns"]
        assert sheets[name].columns == header
        assert sheets["columns"]["column"].to_list() == header
    forms = pl.read_excel(tmp_path / "e" / "templates" / "notifications.xlsx", sheet_name="forms")
    assert {"code", "nl", "en", "valid_from", "valid_to"} == set(forms.columns)
    assert "BSU" in forms["code"].to_list()


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="nothing is overwritten"):
        lay_out_edition(tmp_path, Settings())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

"""A register as a file: the same after reading, closed to others, and refused when damaged."""

from __future__ import annotations

import json
import os
import stat

import polars as pl
import pytest

from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Register, link_reports

FORMAT = "slachtoffermonitor-register"


def test_a_register_read_back_answers_alike(register, notifications, tmp_path):
    register.remove(notifications["notification_id"].head(5).to_list())
    register.add(notifications.head(1))
    register.write(tmp_path / "register.parquet")
    again = Register.read(tmp_path / "register.parquet")
    assert len(again) == len(register)
    assert again.threshold == register.threshold
    for report in notifications.sample(20, seed=1).iter_slices(1):
        assert again.find_candidates(report).equals(register.find_candidates(report))


def test_the_file_is_whole_and_its_owners_only(register, tmp_path):
    file = tmp_path / "register.parquet"
    register.write(file)
    register.write(file)
    assert [path.name for path in tmp_path.iterdir()] == ["register.parquet"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_bytes()
    register.write(file)
    assert file.read_bytes() == first


def rewritten(file, learned):
    table = pl.read_parquet(file)
    table.write_parquet(file, metadata={FORMAT: json.dumps(learned)})


def test_what_is_no_register_is_refused(register, notifications, tmp_path):
    file = tmp_path / "register.parquet"
    with pytest.raises(InputError, match="is not there"):
        Register.read(file)
    with pytest.raises(InputError, match="is not a file"):
        Register.read(tmp_path)
    file.write_bytes(b"no Parquet")
    with pytest.raises(InputError, match="is not a register"):
        Register.read(file)
    notifications.write_parquet(file)
    with pytest.raises(InputError, match="is not a register"):
        Register.read(file)


def test_another_version_and_a_damaged_file_are_refused(register, tmp_path):
    file = tmp_path / "register.parquet"
    register.write(file)
    learned = json.loads(pl.read_parquet_metadata(file)[FORMAT])
    rewritten(file, {**learned, "version": 99})
    with pytest.raises(InputError, match="another version"):
        Register.read(file)
    rewritten(file, {**learned, "made_by": "0.0.1"})
    with pytest.raises(InputError, match="another version"):
        Register.read(file)
    for missing in ("model", "design", "threshold"):
        rewritten(file, {name: value for name, value in learned.items() if name != missing})
        with pytest.raises(InputError, match="damaged"):
            Register.read(file)
    pl.read_parquet(file).drop("given").write_parquet(file, metadata={FORMAT: json.dumps(learned)})
    with pytest.raises(InputError, match="damaged"):
        Register.read(file)


def test_only_the_reports_of_the_linkage_make_a_register(notifications, linkage):
    for others in (
        notifications.head(100),
        notifications.with_columns(notification_id="X" + pl.col("notification_id")),
    ):
        with pytest.raises(InputError, match="not the reports of the linkage"):
            Register.of(others, linkage)
    alone = notifications.head(1)
    with pytest.raises(InputError, match="gives no weights"):
        Register.of(alone, link_reports(alone))


def test_reports_and_persons_that_cannot_be_added_are_refused(register, notifications):
    new = notifications.head(1).with_columns(notification_id=pl.lit("NEW-1"))
    with pytest.raises(InputError, match="held already"):
        register.add(notifications.head(2))
    with pytest.raises(InputError, match="not in the register"):
        register.add(new, persons={"NEW-1": "P999999999"})
    with pytest.raises(InputError, match="not added"):
        register.add(new, persons={"NEW-2": "P000001"})
    with pytest.raises(InputError, match="missing"):
        register.add(new.drop("surname"))
    assert len(register) == notifications.height


def test_no_error_or_repr_tells_who_somebody_is(register, notifications):
    names = notifications["surname"].drop_nulls().unique()
    told = repr(register)
    with pytest.raises(InputError) as caught:
        register.add(notifications.head(3))
    told += str(caught.value)
    assert not [name for name in names if len(name) > 3 and name in told]


def test_reports_may_bear_other_names_of_columns(notifications, linkage, tmp_path):
    names = {"surname": "achternaam", "given_name": "voornaam"}
    theirs = notifications.rename({"surname": "achternaam", "given_name": "voornaam"})
    ours = Register.of(notifications, linkage)
    Register.of(theirs, linkage, columns=names).write(tmp_path / "register.parquet")
    again = Register.read(tmp_path / "register.parquet")
    for row in (5, 50):
        found = again.find_candidates(theirs[[row]])
        assert found.equals(ours.find_candidates(notifications[[row]]))

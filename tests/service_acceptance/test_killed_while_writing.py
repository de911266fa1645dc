"""Killed while eight writers report: nothing acknowledged is lost, nothing is there twice."""

import pytest
from benchmarks.service_faults import studied
from tests import _postgres


def without_loss(found):
    assert found["acknowledged"] >= 10
    assert found["given_up"] == 0
    assert found["kept"] == found["acknowledged"]
    for name in ("lost", "doubled", "without_audit_entry", "entries_of_no_report", "half_kept"):
        assert found[name] == 0, name
    assert found["audit_faults"] == 0
    assert found["database_sound"]


def test_three_kills_lose_and_double_nothing():
    found = studied("sqlite", 3)
    assert found["kills"] == {"worker": 2, "server": 1}
    without_loss(found)


@pytest.mark.slow
@pytest.mark.skipif(_postgres.binaries() is None, reason=_postgres.MISSING)
def test_kills_of_postgresql_too_lose_and_double_nothing():
    found = studied("postgresql", 12)
    assert found["kills"] == {"server": 6, "postmaster": 2, "worker": 2, "backend": 2}
    without_loss(found)

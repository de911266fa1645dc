"""What a linkage writes where only its answer belongs."""

from __future__ import annotations

import duckdb
import pytest

from slachtoffermonitor.link import link_reports


@pytest.fixture
def eager_bars(monkeypatch):
    """Let the database draw its progress as early as it does by itself where a step is slow."""
    connect = duckdb.connect

    def connected(*args, **settings):
        connection = connect(*args, **settings)
        connection.execute("SET progress_bar_time = 20; SET enable_progress_bar = true")
        return connection

    monkeypatch.setattr(duckdb, "connect", connected)


def test_the_database_draws_no_progress_bar(register, eager_bars, capfd):
    link_reports(register(persons=200, seed=1).notifications, seed=1)
    assert capfd.readouterr().out == ""

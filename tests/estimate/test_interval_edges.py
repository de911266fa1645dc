"""Intervals where hardly anything could be estimated."""

import numpy as np

from slachtoffermonitor.estimate.uncertainty.intervals import acceleration


def test_there_is_no_acceleration_when_no_shorter_table_has_an_estimate():
    assert acceleration(np.full(3, np.nan), np.array([4, 2, 1])) == 0.0


def test_there_is_no_acceleration_when_all_shorter_tables_say_the_same():
    assert acceleration(np.full(3, 120.0), np.array([4, 2, 1])) == 0.0

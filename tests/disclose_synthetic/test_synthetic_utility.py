import polars as pl
import pytest

from slachtoffermonitor.disclose import measure_utility
from slachtoffermonitor.ground import InputError

RECORDS = pl.DataFrame({"a": ["x", "x", "y", ""], "b": ["1", "1", "2", "1"]})


def test_the_same_records_lose_nothing():
    for found in measure_utility(RECORDS, RECORDS, ways=(1, 2)):
        assert (found.mean_error, found.missed, found.fabricated) == (0, 0, 0)


def test_errors_misses_and_inventions_are_counted_by_hand():
    made = pl.DataFrame({"a": ["x", "x", "x", "z"], "b": ["1", "1", "1", "2"]})
    one, two = measure_utility(RECORDS, made, ways=(1, 2))
    # x 2-3, y 1-0; 1 3-3, 2 1-1; z is invented
    assert one.combinations == 4
    assert one.mean_count == pytest.approx(7 / 4)
    assert one.mean_error == pytest.approx(2 / 4)
    assert (one.missed, one.fabricated) == (pytest.approx(1 / 4), pytest.approx(1 / 4))
    # (x, 1) 2-3, (y, 2) 1-0; (z, 2) is invented; the record with a blank counts nowhere
    assert two.combinations == 2
    assert two.relative == pytest.approx(2 / 3)
    assert two.missed_records == pytest.approx(1 / 3)
    assert two.fabricated == pytest.approx(1 / 2)


def test_frames_without_enough_in_common_are_refused():
    with pytest.raises(InputError, match="cannot be compared"):
        measure_utility(RECORDS, RECORDS)
    with pytest.raises(InputError, match="cannot be compared"):
        measure_utility(RECORDS, RECORDS.head(0), ways=(1,))

"""The disk full: no report is acknowledged that is not there, and the service goes on."""

import pytest
from benchmarks import service_disk
from tests import _postgres

from .test_killed_while_writing import without_loss


@pytest.fixture
def disk():
    try:
        with service_disk.small_disk(1) as folder:
            yield folder
    except RuntimeError as error:
        pytest.skip(str(error))


def test_a_disk_is_filled_to_what_is_spared(disk):
    ballast = service_disk.fill(disk, 5000)
    assert 900_000 < ballast.stat().st_size < 1 << 20
    with pytest.raises(OSError, match="No space"), (disk / "more").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_full_disk_loses_and_doubles_nothing(disk, kind):
    if kind == "postgresql" and _postgres.binaries() is None:
        pytest.skip(_postgres.MISSING)
    found = service_disk.studied(kind, 4)
    assert found["times_full"] == 4
    without_loss(found)

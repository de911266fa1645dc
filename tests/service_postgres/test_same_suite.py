"""The same tests of the service on a real PostgreSQL, as an ordinary role under row security."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests import _postgres

pytestmark = pytest.mark.skipif(_postgres.binaries() is None, reason=_postgres.MISSING)
TESTS = Path(__file__).parents[1]
CORE = ("service_audit", "service_vault")


def passes(folders):
    with _postgres.started() as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *folders],
            cwd=TESTS.parent,
            env={**os.environ, "MONITOR_TEST_DATABASE": server.address(_postgres.OWNER)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:]
    return int(re.search(r"(\d+) passed", done.stdout).group(1))


def test_trail_and_vault_hold_on_postgresql_as_on_sqlite():
    assert passes([str(TESTS / name) for name in CORE]) >= 35


@pytest.mark.slow
def test_every_test_of_the_service_passes_on_postgresql():
    own_database = {"service_operation", "service_postgres"}
    folders = [
        str(path) for path in TESTS.glob("service_*/") if path.name not in {*CORE, *own_database}
    ]
    assert passes(folders) >= 100

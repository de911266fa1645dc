"""`synthesise` says all that is wrong at once, before anything runs."""

from __future__ import annotations

from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.ground import InputError


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    arguments = [tmp_path / "none.csv", "--epsilon", -1, "--delta", 2, "--out", tmp_path / "x.txt"]
    found = CliRunner().invoke(root, ["synthesise", *map(str, arguments)])
    assert isinstance(found.exception, InputError)
    message = str(found.exception)
    for said in (
        "none.csv",
        "epsilon is wrong",
        "delta is wrong",
        "no kind of file",
        "two different people",
        "need a ledger",
    ):
        assert said in message, said
    assert not list(tmp_path.iterdir())

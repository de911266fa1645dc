"""`demo` makes the newest edition and the two published windows, each whole and each again."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from slachtoffermonitor.cli import root
from slachtoffermonitor.edition import compare_editions, open_edition, read_edition

WHOLE = (
    "site/nl/index.html",
    "site/en/index.html",
    "factsheet-nl.pdf",
    "factsheet-en.pdf",
    "report-nl.pdf",
    "report-en.pdf",
    "data/SHA256SUMS",
    "monitor.toml",
)
WINDOWS = {"2014-2018": [2014, 2018], "2016-2020": [2016, 2020]}


def call(*arguments: object):
    return CliRunner().invoke(root, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_the_demo_makes_three_windows_that_come_out_the_same_again(tmp_path):
    out = tmp_path / "demo"
    made = call("demo", "--out", out, "--persons", 5_000, "--json", "-")
    assert made.exit_code == 0, made.output
    summary = json.loads(made.stdout)
    assert set(summary["editions"]) == set(WINDOWS)
    folders = {name: out / "editions" / name for name in WINDOWS}
    for folder in (out, *folders.values()):
        for name in WHOLE:
            assert (folder / name).is_file(), (folder, name)
    start = (out / "site" / "nl" / "index.html").read_text("utf-8")
    for name, folder in folders.items():
        link = f"../../editions/{name}/site/nl/index.html"
        assert f'href="{link}"' in start
        assert (out / "site" / "nl" / link).resolve() == (folder / WHOLE[0]).resolve()
        opened = open_edition(folder)
        assert opened.provenance["settings"]["edition"]["first_year"] == WINDOWS[name][0]
        again = call("reproduce", folder)
        assert again.exit_code == 0, again.output
        assert re.search(r"No difference: all [\d,]+ published values", again.output)
    assert not list(out.rglob("*.part"))
    newest = compare_editions(read_edition(folders["2016-2020"]), read_edition(out))
    assert not newest.data and not newest.same

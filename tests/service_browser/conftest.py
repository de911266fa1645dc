"""A demo office in a process of its own, with something on every desk, and a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests._browser import CHROMIUM
from tests._office import environment, served


@dataclass(frozen=True)
class Office:
    """Where the office is served, who signs in how, and what lies on its desks."""

    address: str
    folder: Path
    people: dict[str, dict[str, Any]]
    arranged: dict[str, Any]


@pytest.fixture(scope="package")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def arranged_office(chromium, tmp_path_factory):
    folder = tmp_path_factory.mktemp("arranged") / "office"
    editions = {"MONITOR_EDITIONS": str(folder / "editions")}
    (folder / "editions").mkdir(parents=True)
    with served(folder, **editions) as address:
        people = json.loads((folder / "demo-people.json").read_text(encoding="utf-8"))
        written = subprocess.run(
            [sys.executable, "-m", "tests.service_browser._arranging", str(folder)],
            cwd=Path(__file__).parents[2],
            env=environment(**editions),
            stdout=subprocess.PIPE,
            check=True,
        )
        yield Office(
            address=address,
            folder=folder,
            people={row["email"].split("@")[0]: row for row in people},
            arranged=json.loads(written.stdout),
        )


@pytest.fixture(scope="module")
def own_office(chromium, tmp_path_factory):
    """An office in which nothing has happened yet, for one story."""
    folder = tmp_path_factory.mktemp("story") / "office"
    with served(folder) as address:
        people = json.loads((folder / "demo-people.json").read_text(encoding="utf-8"))
        yield Office(
            address=address,
            folder=folder,
            people={row["email"].split("@")[0]: row for row in people},
            arranged={},
        )

"""The list of components: every locked package once, in the shape that CycloneDX 1.6 asks for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPONENT = {"type", "name", "version", "bom-ref", "purl", "hashes", "licenses"}


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    out = tmp_path_factory.mktemp("bill") / "sbom.cdx.json"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "bill_of_materials.py"), "--out", str(out)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        first = out.read_bytes()
    assert out.read_bytes() == first
    return json.loads(first)


def test_the_fields_that_the_format_requires_are_there(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", bill["serialNumber"])
    for component in [*bill["components"], bill["metadata"]["component"]]:
        assert component["type"] in {"library", "application"}
        assert component["name"]
        assert set(component) <= COMPONENT
        for licence in component["licenses"]:
            assert set(licence) in ({"expression"}, {"license"})
            assert licence.get("expression") or licence["license"]["name"]
    for component in bill["components"]:
        assert component["hashes"]
        for digest in component["hashes"]:
            assert digest["alg"] == "SHA-256"
            assert re.fullmatch("[0-9a-f]{64}", digest["content"])


def test_every_locked_package_stands_in_the_list_once(bill):
    lock = (ROOT / "requirements" / "base.txt").read_text()
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    assert len(pinned) > 60
    told = [(row["name"], row["version"]) for row in bill["components"]]
    assert sorted(told) == sorted((re.sub("[-_.]+", "-", n).lower(), v) for n, v in pinned)
    references = [row["bom-ref"] for row in bill["components"]]
    assert len(set(references)) == len(references)


def test_what_needs_what_is_told_and_every_licence_but_of_what_is_not_installed(bill):
    known = {row["bom-ref"] for row in bill["components"]} | {
        bill["metadata"]["component"]["bom-ref"]
    }
    needs = {row["ref"]: set(row["dependsOn"]) for row in bill["dependencies"]}
    assert set(needs) == known
    assert all(wanted <= known for wanted in needs.values())
    reached, waiting = set(), [bill["metadata"]["component"]["bom-ref"]]
    while waiting:
        at = waiting.pop()
        if at not in reached:
            reached.add(at)
            waiting.extend(needs[at])
    assert reached == known
    assert sum(not row["licenses"] for row in bill["components"]) <= 3

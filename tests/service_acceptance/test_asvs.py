"""The list of ASVS 5.0 at levels 1 and 2: complete, and each claim with a test or file that exists.

The identifiers are those of the OWASP Application Security Verification Standard 5.0.0; the words
are our own.
"""

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# How many requirements of level 1 or 2 each section has; those of level 3 come after them.
SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1, 0),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7, 0),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
STATUSES = {"met", "partly", "unmet", "deployment", "not applicable"}


@pytest.fixture(scope="module")
def rows():
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_requirement_of_levels_one_and_two_stands_there_once(rows):
    wanted = [
        f"V{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    ]
    assert [row["requirement"] for row in rows] == wanted
    assert Counter(row["level"] for row in rows) == {"1": 70, "2": 183}


def test_every_claim_names_a_test_or_a_file_that_exists(rows):
    for row in rows:
        assert row["status"] in STATUSES, row
        assert row["about"], row
        assert row["how"], row
        named = [part for part in row["evidence"].split(";") if part]
        assert named or row["status"] in {"unmet", "not applicable"}, row
        for part in named:
            path, _, test = part.partition("::")
            assert (ROOT / path).is_file(), part
            assert not test or test in names_in(path), part


def test_the_document_tells_the_same_counts(rows):
    text = (ROOT / "docs" / "service-security.md").read_text(encoding="utf-8")
    found = Counter(row["status"] for row in rows)
    told = {name: f"{found[name]} {name}" for name in STATUSES}
    assert not [line for line in told.values() if line not in text], told
    for row in rows:
        if row["status"] == "unmet":
            assert row["requirement"] in text, row["requirement"]

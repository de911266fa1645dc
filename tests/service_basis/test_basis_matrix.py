"""Every cell of the matrix: by the table, by plain code, by the stored page, by the document."""

import csv
import importlib.util
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from slachtoffermonitor.service.basis import (
    Policy,
    Situation,
    all_situations,
    current_rules,
    may_report,
    render_matrix,
)
from slachtoffermonitor.vocabulary import code_list

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REFERENCE = HERE / "matrix.csv"
DAYS = (date(2014, 1, 1), date(2018, 5, 25), date(2019, 10, 1), date(2026, 7, 15))
POLICIES = tuple(
    Policy(minors=minors, contested_ground=contested)
    for minors in code_list("minor_consent")
    for contested in (False, True)
)
ONE_OF_EACH_KIND = ("POL", "NLA", "OVERIG", "ZELF")
SUSPECTED = tuple(map(frozenset, [(), ("OUDER",), ("VOOGD",), ("OUDER", "VOOGD")]))


def _load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


obvious_verdict = _load("obvious_basis").obvious_verdict


def questions():
    """Ask for one reporter of each kind with everything; the stored page has all reporters."""
    for cell in all_situations():
        if cell.reporter in ONE_OF_EACH_KIND:
            for suspects, decided in product(SUSPECTED, (False, True)):
                yield replace(cell, suspects=suspects, officer_decided=decided)


def test_the_matrix_has_every_cell_once():
    cells = [(s.reporter, s.purpose, s.age, s.consent) for s in all_situations()]
    assert len(cells) == len(set(cells)) == 14 * 3 * 4 * 6


def test_the_table_decides_as_the_obvious_code_does_and_every_row_is_used():
    reached = Counter()
    for on in DAYS:
        for policy in POLICIES:
            for situation in questions():
                verdict = may_report(situation, on=on, policy=policy)
                said = (verdict.basis, verdict.may_send, verdict.light)
                assert said == obvious_verdict(situation, policy, on), (situation, policy)
                reached[verdict.rule] += 1
    assert sum(reached.values()) == 4 * 72 * 8 * 4 * 4
    assert set(reached) == {row.id for row in current_rules().rows}


def test_the_stored_page_is_what_is_decided():
    """`matrix.csv` is read by people: a change in it is a change in what may be reported."""
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    forms = list(code_list("consent_forms"))
    assert len(rows) * len(forms) == 1008 * 2
    for row in rows:
        for consent in forms:
            situation = Situation(
                reporter=row["reporter"], purpose=row["purpose"], age=row["age"], consent=consent
            )
            verdict = may_report(situation, on=DAYS[-1], policy=Policy(minors=row["minors"]))
            assert f"{verdict.basis} {verdict.may_send} {verdict.light}" == row[consent], row


@pytest.mark.parametrize("minors", list(code_list("minor_consent")))
def test_the_document_shows_the_matrix(minors):
    page = (ROOT / "docs" / "legal-basis.md").read_text(encoding="utf-8")
    assert render_matrix(on=DAYS[-1], policy=Policy(minors=minors), language="en") in page
    in_dutch = render_matrix(on=DAYS[-1], policy=Policy(minors=minors), language="nl")
    assert "Geen toestemming" in in_dutch
    assert in_dutch.count("\n") == 2 + 3 * 12

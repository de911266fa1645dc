"""Grey pairs on the desk: patterns without names, two people, verdicts in both trails."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest
from django.urls import reverse

from slachtoffermonitor.edition import Settings, lay_out_edition
from slachtoffermonitor.link import ReviewTrail, settle_verdicts
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path, settings):
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, editions_folder=tmp_path)
    lay_out_edition(tmp_path / "echt", Settings())
    review = tmp_path / "echt" / "review"
    review.mkdir()
    pl.DataFrame(
        {
            "left_is": ["report", "report"],
            "left": ["A1", "A2"],
            "right_is": ["report", "report"],
            "right": ["B1", "B2"],
            "match_probability": [0.51, 0.7],
            "joined": [True, True],
            "status": ["new", "new"],
            "left_surname": ["Zandbergen", "Nguyen"],
            "right_surname": ["Zandberge", "Nguyen"],
            "surname": ["one letter or sound apart", "the same"],
            "verdict": ["", ""],
            "reviewer": ["", ""],
            "reviewed_on": ["", ""],
        }
    ).write_csv(review / "pairs.csv")
    return review


@pytest.fixture
def two(person, visitor):
    with as_service("tests"):
        yield [
            visitor(person("analyst", organisation="The Register"), headers=headers)
            for headers in ({"accept-language": "nl"},) * 2
        ]


def shown(browser):
    return browser.get(reverse("desk:review", args=["echt"]))


def judge(browser, verdict, key=None):
    asked = {"pair": key or shown(browser).context["pair"].key, "verdict": verdict}
    return browser.post(reverse("desk:judge", args=["echt"]), asked, follow=True)


def test_a_pair_is_shown_as_a_pattern_and_never_by_name(place, two):
    said = shown(two[0]).content.decode()
    assert "achternaam" in said
    assert "0,51" in said
    assert "Zandberge" not in said


def test_two_people_settle_a_pair_and_none_sees_what_the_other_said(place, two):
    first = shown(two[0]).context["pair"].key
    judge(two[0], "same")
    assert shown(two[0]).context["pair"].key != first
    assert shown(two[1]).context["pair"].key == first
    assert shown(two[1]).context["settled"] == 0
    judge(two[1], "same")
    assert shown(two[1]).context["settled"] == 1
    trail = ReviewTrail.read((place / "trail.jsonl").read_text(encoding="utf-8"))
    settled = settle_verdicts(trail.verdicts)
    assert settled.filter(pl.col("status") == "settled").select("left", "right").rows() == [
        ("A1", "B1")
    ]
    entries = AuditEntry.objects.filter(act="pair.reviewed")
    assert [entry.detail["verdict"] for entry in entries] == ["same", "same"]
    assert len({entry.actor for entry in entries}) == 2


def test_nobody_judges_a_pair_twice_or_with_a_word_that_is_no_verdict(place, two):
    first = shown(two[0]).context["pair"].key
    judge(two[0], "perhaps")
    assert not (place / "trail.jsonl").exists()
    judge(two[0], "unsure")
    assert "al beoordeeld" in judge(two[0], "same", first).content.decode()
    assert AuditEntry.objects.filter(act="pair.reviewed").count() == 1


def test_a_trail_that_was_changed_is_told_and_nothing_is_added(place, two):
    judge(two[0], "same")
    file = place / "trail.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("same", "different"), encoding="utf-8")
    answer = shown(two[1])
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    before = file.read_bytes()
    judge(two[1], "same", "0" * 16)
    assert file.read_bytes() == before


def test_the_list_counts_what_is_left_and_nobody_else_reaches_it(place, two, person, visitor):
    judge(two[0], "different")
    rows = two[0].get(reverse("desk:reviews")).context["rows"]
    assert [row[1:] for row in rows] == [(1, 0)]
    outsider = visitor(person("reporter", "care_coordinator", "administrator"))
    assert outsider.get(reverse("desk:reviews")).status_code == 403

"""The parameters: each has a source, and those that must add up do."""

import tomllib
from importlib.resources import files

import pytest

from slachtoffermonitor.vocabulary import code_list

TREE = tomllib.loads(
    files("slachtoffermonitor.simulate").joinpath("calibration.toml").read_text(encoding="utf-8")
)


def leaves(tree, path=""):
    for name, branch in tree.items():
        if isinstance(branch, dict):
            if "value" in branch:
                yield f"{path}{name}", branch
            else:
                yield from leaves(branch, f"{path}{name}.")


LEAVES = dict(leaves(TREE))


@pytest.mark.parametrize("path", sorted(LEAVES))
def test_every_parameter_says_where_it_comes_from(path):
    source = LEAVES[path]["source"]
    assert source.startswith(("published", "derived", "assumed"))


def test_nothing_in_the_file_stands_outside_a_parameter():
    assert len(LEAVES) > 80
    assert [name for name, branch in TREE.items() if not isinstance(branch, dict)] == ["version"]


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in LEAVES
        if path.startswith(("registered.", "lists.reported")) and not path.endswith("again")
    ],
)
def test_series_cover_every_year(path):
    value = LEAVES[path]["value"]
    for series in value.values() if isinstance(value, dict) else [value]:
        assert len(series) == len(LEAVES["size.years"]["value"])


def test_forms_add_up_to_the_published_totals():
    forms = LEAVES["registered.form"]["value"].values()
    assert [sum(year) for year in zip(*forms, strict=True)] == LEAVES["registered.total"]["value"]


def test_named_parts_never_exceed_the_totals():
    for path in ("registered.citizenship", "registered.age", "registered.sex"):
        sums = [sum(year) for year in zip(*LEAVES[path]["value"].values(), strict=True)]
        assert all(
            part < whole
            for part, whole in zip(sums, LEAVES["registered.total"]["value"], strict=True)
        )


def test_the_true_forms_add_up_to_6250():
    assert sum(LEAVES["truth.forms"]["value"].values()) == 6250


def test_a_list_refers_only_to_lists_that_come_after_it():
    order = LEAVES["lists.order"]["value"]
    for earlier, later in LEAVES["lists.referral"]["value"].items():
        assert all(order.index(earlier) < order.index(reporter) for reporter in later)
    assert set(order) == set(LEAVES["lists.reported"]["value"])


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("recording.recruiter", "recruiter_relations"),
        ("recording.platform", "platforms"),
        ("care.types", "care_types"),
        ("crimes.kinds", "event_kinds"),
        ("crimes.suspect_kinds", "event_kinds"),
        ("chat.outcomes", "chat_outcomes"),
        ("chat.recruiters", "recruiter_relations"),
        ("chat.forms", "forms"),
        ("lists.reported", "reporters"),
    ],
)
def test_codes_stand_in_the_vocabulary(path, codes):
    assert set(LEAVES[path]["value"]) <= set(code_list(codes))


@pytest.mark.parametrize(
    "path", ["recording.recruiter", "recording.platform", "care.types", "crimes.kinds"]
)
def test_shares_add_up_to_one(path):
    assert sum(LEAVES[path]["value"].values()) == pytest.approx(1)

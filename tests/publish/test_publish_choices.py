"""What the scripts of the pages choose from: the same words as on the pages, nothing added up."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from slachtoffermonitor.disclose import Column, Table, protect, release
from slachtoffermonitor.ground import LANGUAGES, Text
from slachtoffermonitor.publish.site import as_script, place_facts, search_entries, table_to_choose
from slachtoffermonitor.publish.site.citing import revisions
from slachtoffermonitor.publish.site.search import fold
from slachtoffermonitor.publish.site.shelf import Shelf, claims_for_readers
from slachtoffermonitor.publish.site.terms import terms_of


def released(frame: pl.DataFrame, name: str, **roles: str):
    columns = tuple(
        Column(
            name=one,
            label=Text(one),
            role=roles.get(one, "dimension"),  # type: ignore[arg-type]
            population="people" if roles.get(one) == "count" else "",
            codes="forms" if one == "form" else "",
        )
        for one in frame.columns
    )
    table = Table(
        name=name,
        title=Text(name),
        frame=frame,
        columns=columns,
        origin="simulated",
        source=Text("made up"),
    )
    return release(protect([table]))[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_gives_each_of_its_rows_once_and_in_words(edition, language):
    for table in edition.tables.values():
        choice = table_to_choose(table, edition.tables, language)
        assert choice is not None, table.name
        height = table.frame.height
        for one in choice["dimensions"]:
            codes = [one["codes"][at] for at in one["at"]]
            exact = ["" if v is None else str(v) for v in table.frame[one["key"]].to_list()]
            assert codes == exact and len(one["labels"]) == len(one["codes"])
        for figure in choice["figures"]:
            assert figure["values"] == table.frame[figure["key"]].to_list()
            assert len(figure["shown"]) == height and all(figure["shown"])
            hidden = [
                shown
                for shown, value in zip(figure["shown"], figure["values"], strict=True)
                if value is None and figure["counts"]
            ]
            assert set(hidden) <= {choice["hidden_words"]}
        json.dumps(choice, allow_nan=False)


def test_values_stand_in_the_order_of_their_code_list_and_time():
    frame = pl.DataFrame(
        {"year": [2021, 2020] * 2, "form": ["ARB"] * 2 + ["BSU"] * 2, "persons": [40, 50, 60, 70]}
    )
    table = released(frame, "t", persons="count")
    year, form = table_to_choose(table, {"t": table}, "en")["dimensions"]
    assert year["codes"] == ["2020", "2021"] and year["in_time"]
    assert form["codes"] == ["BSU", "ARB"] and not form["in_time"]


def test_a_table_without_the_dimension_is_named_so_that_nobody_adds_up():
    whole = pl.DataFrame(
        {"year": [2020, 2020, 2021, 2021], "form": ["ARB", "BSU"] * 2, "persons": [40, 50, 60, 70]}
    )
    by_year = pl.DataFrame({"year": [2020, 2021], "persons": [90, 130]})
    tables = {
        "whole": released(whole, "whole", persons="count"),
        "by_year": released(by_year, "by_year", persons="count"),
    }
    margins = table_to_choose(tables["whole"], tables, "en")["margins"]
    assert margins == {"form": [{"name": "by_year", "title": "by_year"}]}


def test_places_stand_by_letter_beside_the_country_and_without_rank():
    frame = pl.DataFrame(
        {
            "municipality": ["TOTAL", "Zwolle", "'s-Gravenhage", "Assen"],
            "requests": [300, 200, 60, 40],
            "median_days": [50, 40, 60, 70],
            "low": [48, 30, 40, 50],
            "high": [52, 50, 80, 90],
            "note": [None, "Sooner.", "Later.", "Chance."],
        }
    )
    roles = {"median_days": "measure", "low": "measure", "high": "measure", "note": "note"}
    table = released(frame, "waiting", requests="count", **roles)
    facts = place_facts({"waiting": table}, "en")
    assert facts["places"] == ["Assen", "'s-Gravenhage", "Zwolle"]
    (one,) = facts["tables"]
    assert one["country"]["figures"][0]["value"] == 300
    zwolle = one["rows"]["Zwolle"]
    assert zwolle["said"] == "Sooner." and zwolle["figures"][1]["interval"] == "30 to 50"
    assert "TOTAL" not in one["rows"]


def test_revisions_name_both_vintages_and_only_what_differed(edition):
    told = revisions(edition.tables["registered_by_year"], "en")
    assert any("1,256 (vintage 2018), 1,255 (vintage 2019)" in one for one in told)
    assert len(told) == 2
    assert revisions(edition.tables["register_by_year_sex"], "en") == []


def test_search_knows_every_table_definition_and_claim_at_a_live_place(edition):
    shelf = Shelf(edition=edition, language="nl", figures={}, sizes={})
    found = search_entries(shelf, {}, claims_for_readers(edition, "nl"))["entries"]
    kinds = [entry["kind"] for entry in found]
    assert kinds.count("table") == len(edition.tables)
    assert kinds.count("claim") == len(edition.claims)
    assert all(entry["address"] and entry["title"] for entry in found)
    assert fold("Zorgcoördinator Één") == "zorgcoordinator een"


def test_words_of_a_table_have_their_definition(edition):
    terms = terms_of(edition.tables["register_by_year_form"], "nl", known=frozenset({"forms"}))
    assert {"forms-BSU", "forms-ARB"} <= {term.anchor for term in terms}
    assert all(len(term.definition) > 20 for term in terms)
    assert not terms_of(edition.tables["register_by_year_form"], "nl", known=frozenset())


def test_a_script_cannot_be_broken_out_of(edition):
    attack = "</script><script>alert(1)</script>\u2028"
    table = replace(edition.tables["register_by_year_sex"], title=Text("{x}", {"x": attack}))
    script = as_script("shelf", "name", table_to_choose(table, {}, "en"))
    assert "<" not in script and script.count("\n") == 1
    assert json.loads(script.partition("] = ")[2].rstrip(";\n"))["title"] == attack

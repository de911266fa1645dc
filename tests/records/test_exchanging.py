"""Notifications in the fields of HTCDS 2.0: mapped by the vocabulary, without who somebody is."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import polars as pl
import pytest

from slachtoffermonitor.records import Notification, to_htcds

ROWS = [
    {
        "notification_id": "a1",
        "reporter": "POL",
        "reported_on": date(2020, 3, 2),
        "basis": "WPG",
        "purpose": "REGISTER",
        "given_name": "Ans",
        "surname": "Voorbeeld",
        "birth_date": date(2003, 7, 1),
        "sex": "V",
        "citizenship": "NL",
        "main_form": "BSU",
        "forms": "BSU;CRIM",
        "route": "BINNENLAND",
        "exploited_from": date(2019, 6, 1),
        "exploited_until": date(2020, 2, 1),
        "recruiter_relation": "PARTNER",
        "platforms": "INSTAGRAM;SNAPCHAT",
    },
    {
        "notification_id": "a2",
        "reporter": "OPVANG",
        "reported_on": date(2021, 1, 9),
        "basis": "TOEST_ZELF",
        "purpose": "REGISTER",
        "birth_year": 1990,
        "sex": "ONB",
        "main_form": "ONB",
        "forms": "ONB",
        "route": "ONB",
    },
]


@pytest.fixture(scope="module")
def fields():
    return to_htcds(pl.concat([Notification.create_empty(), _frame()], how="diagonal_relaxed"))


def _frame() -> pl.DataFrame:
    schema = Notification.create_empty().schema
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in ROWS], schema=schema)


def test_codes_become_the_values_of_the_standard(fields):
    first, second = fields.iter_rows(named=True)
    assert first["prs_Gender"] == "Feminine" and second["prs_Gender"] == "NonSpecifiedUnknown"
    assert first["org_Type"] == "LawEnforcement" and second["org_Type"] == "NGO"
    assert set(first["vic_TypeOfExploitation"].split(";")) == {
        "SexualExploitation",
        "Other",
        "ForcedLabour",
    }
    assert first["vic_RelationshipToTrafficker"] == "Acquainted"
    assert set(first["vic_RecruitmentWebsitesAndApps"].split(";")) == {"Instagram", "SnapChat"}
    assert second["vic_TypeOfExploitation"] == second["vic_RelationshipToTrafficker"] == ""
    assert first["vic_TraffickingStatus"] == "PossibleVictimOfTrafficking"


def test_what_the_standard_lacks_stands_in_columns_of_our_own(fields):
    first, second = fields.iter_rows(named=True)
    assert (first["ext_YearOfRegistration"], first["ext_AgeBandAtRegistration"]) == (
        2020,
        "L00_17",
    )
    assert (first["ext_CountryOfExploitation"], first["ext_MonthsOfExploitation"]) == ("NL", 8)
    assert first["vic_AgeWhenTrafficked"] == 15
    assert (second["ext_CountryOfExploitation"], second["ext_MonthsOfExploitation"]) == ("", None)
    assert (first["con_Consent"], second["con_Consent"]) == (False, True)


def test_nobody_can_be_named_by_it(fields):
    assert not {"prs_FirstName", "prs_Birthdate", "given_name", "surname"} & set(fields.columns)
    text = fields.write_csv()
    assert "Ans" not in text and "Voorbeeld" not in text and "2003" not in text


def test_every_field_and_value_is_one_of_the_standard(fields):
    raw = files("slachtoffermonitor.vocabulary").joinpath("data", "targets", "htcds_2_0.toml")
    known = tomllib.loads(raw.read_text("utf-8"))["fields"]
    for name in fields.columns:
        if name.startswith("ext_") or name == "con_Consent":
            continue
        assert name in known, name
        allowed = set(known[name].get("values", {}))
        if allowed:
            values = {v for cell in fields[name].to_list() for v in cell.split(";") if v}
            assert values <= allowed, name

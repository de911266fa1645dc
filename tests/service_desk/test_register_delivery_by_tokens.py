"""The register's delivery to an edition: tokens, codes and counts; nobody's name in the folder."""

from __future__ import annotations

import dataclasses
import json
import stat
from datetime import date

import polars as pl
import pytest
from django.urls import reverse
from django.utils import timezone

from slachtoffermonitor.edition import Settings, lay_out_edition, read_deliveries, run_edition
from slachtoffermonitor.ground import InputError
from slachtoffermonitor.link import Key, link_reports, new_key, tokenise
from slachtoffermonitor.link.private import write_tokens
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit.models import AuditEntry
from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.desk.delivering import deliver_register, delivery_of
from slachtoffermonitor.service.desk.folders import find_edition
from slachtoffermonitor.service.desk.models import EditionRun
from slachtoffermonitor.service.operation.acts import deliver_to_edition
from slachtoffermonitor.service.register.matching.merging import decide
from slachtoffermonitor.service.register.models import MatchCandidate, Report, RuleChoice
from slachtoffermonitor.service.register.receiving.submission import (
    CountedReport,
    GivenConsent,
    Submission,
)
from slachtoffermonitor.service.register.receiving.taking_in import count_only, receive
from slachtoffermonitor.service.register.receiving.tokens import read_one_row
from slachtoffermonitor.service.register.receiving.withdrawing import withdraw

pytestmark = pytest.mark.django_db
FACTS = {
    "sex": "V",
    "citizenship": "RO",
    "municipality": "GM0599",
    "main_form": "BSU",
    "forms": "BSU",
    "route": "BINNENLAND",
    "exploited_from": "2025-03-01",
    "exploited_until": "2025-09-01",
    "residence": "NEDERLANDER",
    "recruiter_relation": "PARTNER",
    "platforms": "SNAPCHAT",
}
PEOPLE = (
    {"given_name": "Wiesje", "surname": "Zandbergen-Koper", "birth_date": "1999-04-05"},
    {"given_name": "Wisje", "surname": "Zandberge Koper", "birth_date": "1999-04-05"},
    {"given_name": "Thi Hoa", "surname": "Nguyen", "birth_date": "2005-12-30"},
    {"given_name": "Adebayo", "surname": "Okafor", "birth_date": "1988-07-07"},
    {"given_name": "Irina", "surname": "Popescu", "birth_date": "1995-02-11"},
)
PHONE = "4417"


@pytest.fixture(autouse=True)
def acting_for_the_service(db):
    with as_service("tests"):
        yield


@pytest.fixture
def officer(person):
    return person("reporter", organisation="Police North")


@pytest.fixture
def carer(person):
    return person("reporter", organisation="Youth Care South")


@pytest.fixture
def analyst(person):
    return person("analyst", organisation="The Register")


def reported(actor, **changes):
    asked = {
        "content": "VOLLEDIG",
        "purpose": "REGISTER",
        "age": "L18_PLUS",
        "reported_on": date(2026, 3, 1),
        "facts": dict(FACTS),
        "identity": {},
    }
    said = Submission(**(asked | changes))
    return receive(said, actor=actor, organisation=actor.organisation).report


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "keys" / "register.key"
    file.parent.mkdir()
    new_key().write(file)
    return file


def as_tokens(key, identity, folder):
    """Give one row of tokens as an organisation makes them of its own report."""
    born = date.fromisoformat(identity["birth_date"])
    row = {
        "notification_id": "ZC-1",
        "reporter": "JEUGD",
        "reported_on": date(2026, 3, 2),
        **{name: FACTS[name] for name in ("sex", "citizenship", "municipality", "main_form")},
        **{name: FACTS[name] for name in ("forms", "route")},
        **identity,
        "birth_date": born,
        "birth_year": born.year,
        "contact_fragment": None,
    }
    frame = pl.DataFrame([row], schema_overrides={"birth_year": pl.Int32, "contact_fragment": str})
    file = folder / f"{key.key_id[:6]}.parquet"
    write_tokens(tokenise(frame, key), file)
    row, key_id = read_one_row(file.read_bytes())
    return {"content": "PSEUDONIEM", "tokens": row, "token_key": key_id, "age": "ONB"}


@pytest.fixture
def office(tmp_path, settings, key_file, officer, carer):
    """A register of five people by name, one by tokens, one withdrawn and a count; two editions."""
    folder = tmp_path / "editions"
    settings.CONFIGURATION = dataclasses.replace(
        settings.CONFIGURATION, editions_folder=folder, register_key=key_file
    )
    whole = Settings()
    real = dataclasses.replace(
        whole,
        edition=dataclasses.replace(whole.edition, first_year=2025, last_year=2026),
        deliveries=dataclasses.replace(
            whole.deliveries, source="files", observed_until=date(2026, 12, 31)
        ),
        estimate=dataclasses.replace(whole.estimate, bootstrap=0),
    )
    for name in ("voorjaar", "najaar"):
        lay_out_edition(folder / name, real)
    lay_out_edition(folder / "oefening", whole)
    named = [
        reported(officer, identity={**one, "contact_fragment": PHONE}, own_reference=f"P{number}")
        for number, one in enumerate(PEOPLE)
    ]
    tokens = as_tokens(Key.read(key_file), PEOPLE[0], tmp_path)
    RuleChoice.objects.create(
        minors="TOT_18",
        contested_ground=True,
        jurist="J",
        chosen_on=date(2026, 1, 1),
        chosen_by="x",
    )
    by_token = reported(carer, **tokens, own_reference="J1")
    text = consent_text("ZELF", "REGISTER", "nl", on=date(2026, 1, 1))
    consent = GivenConsent(
        form="ZELF", given_on=date(2026, 1, 1), text_id=text.text_id, giver_name="Wiesje Wagenaar"
    )
    gone = {"given_name": "Wiesje", "surname": "Wagenaar", "birth_date": "2001-01-02"}
    withdrawn = reported(carer, identity=gone, consent=consent, own_reference="J2")
    withdraw(withdrawn, actor=carer)
    counted = CountedReport(month=date(2026, 3, 1), age_band="L00_17", form="ARB", region="Noord")
    count_only(counted, actor=carer, organisation=carer.organisation)
    return folder, named, by_token


PLANTED = [
    *("Wiesje", "Wisje", "Zandberg", "Koper", "Nguyen", "Adebayo", "Okafor", "Irina", "Popescu"),
    *("Wagenaar", "1999-04-05", "19990405", "05-04-1999", "1988-07-07", "2005-12-30", "GM0599"),
    *("2025-03-01", "2025-09-01"),
]


def test_no_planted_name_stands_in_any_file_of_the_edition(office, analyst, key_file):
    folder, named, by_token = office
    deliver_register(find_edition("voorjaar"), actor=analyst)
    files = [path for path in (folder / "voorjaar").rglob("*") if path.is_file()]
    assert len([path for path in files if "-register" in path.name]) >= 3
    secret = json.loads(key_file.read_text())["secret"]
    ids = [str(report.pk) for report in (*named, by_token)]
    for path in files:
        held = path.read_bytes()
        for said in (*PLANTED, *ids, secret):
            for coded in (said.encode(), said.encode("utf-16-le"), said.lower().encode()):
                assert coded not in held, f"{path.name} holds what was planted"
            assert said.encode().hex().encode() not in held
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in files if "-register" in p.name)
    assert stat.S_IMODE((folder / "voorjaar" / "deliveries").stat().st_mode) == 0o700


def test_every_opening_stands_in_the_trail_for_statistics(office, analyst):
    deliver_register(find_edition("voorjaar"), actor=analyst)
    opened = AuditEntry.objects.filter(act="identity.opened", purpose="STATISTIEK")
    assert opened.count() == len(PEOPLE)
    assert set(opened.values_list("actor", flat=True)) == {analyst.audit_name}
    entry = AuditEntry.objects.get(act="edition.delivered")
    assert entry.detail["reports"] == len(PEOPLE) + 1
    assert entry.detail["tallies"] == 2  # one was counted, one withdrawn
    assert entry.subject == "edition:voorjaar"


def test_what_was_decided_and_withdrawn_is_in_the_delivery(office, analyst, person):
    folder, named, _ = office
    first, second = sorted(named[:2], key=lambda report: str(report.pk))
    pair = MatchCandidate.objects.create(report=first, other=second, probability=0.9)
    decide(pair, same=True, actor=person("registrar", organisation="The Register"))
    deliver_register(find_edition("voorjaar"), actor=analyst)
    found = read_deliveries(folder / "voorjaar" / "deliveries")
    assert found.by_tokens
    assert found.get("notifications").height == found.get("tokens").height == len(PEOPLE) + 1
    assert found.get("notifications")["residence"].unique().to_list() == ["NEDERLANDER"]
    assert found.get("verdicts")["same_person"].to_list() == [True]
    linkage = link_reports(
        found.get("tokens"), private=True, verdicts=found.get("verdicts"), seed=1
    )
    person_of = dict(linkage.reports.select("notification_id", "person_id").rows())
    left, right, _ = found.get("verdicts").row(0)
    assert person_of[left] == person_of[right]
    assert sorted(found.get("tallies")["form"]) == ["ARB", "BSU"]
    bands = sorted(found.get("tokens")["age_band"].to_list())
    assert bands == ["L18_22", *["L23_PLUS"] * 5]
    assert found.get("tokens")["citizenship_group"].unique().to_list() == ["EU"]


def test_an_edition_is_made_of_it_and_holds_no_name(office, analyst, tmp_path):
    folder, _, _ = office
    deliver_register(find_edition("voorjaar"), actor=analyst)
    edition = find_edition("voorjaar")
    made = run_edition(edition.settings, edition.path, approvals=("Ann", "Bob"))
    assert made.tables["register_by_year_age"].origin == "register"
    assert "tokens-register.parquet" in made.provenance.inputs
    for path in (folder / "voorjaar").rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert not [name for name in PLANTED if name.encode() in held]


def test_tokens_without_a_name_meet_names_under_the_same_key_only(office, analyst, key_file):
    """The one that came as tokens of the register's key decides which key is used."""
    folder, _, by_token = office
    stated = deliver_register(find_edition("voorjaar"), actor=analyst)
    key = Key.read(key_file)
    assert (stated.key_id, stated.apart) == (key.key_id, 0)
    tokens = read_deliveries(folder / "voorjaar" / "deliveries").get("tokens")
    same = tokens.filter(pl.col("surname_token").is_duplicated())
    assert sorted(same["reporter"]) == ["JEUGD", "POL"]
    withdraw(by_token, actor=analyst)
    stated = deliver_register(find_edition("voorjaar"), actor=analyst)
    assert stated.key_id == key.for_edition("voorjaar").key_id


def test_two_editions_have_no_id_and_no_token_in_common(office, analyst):
    folder, _, by_token = office
    by_token.delete()
    frames = []
    for name in ("voorjaar", "najaar"):
        deliver_register(find_edition(name), actor=analyst)
        frames.append(read_deliveries(folder / name / "deliveries").get("tokens"))
    for column in ("notification_id", "surname_token", "birth_year_token", "surname_filter"):
        first, second = (set(frame[column].drop_nulls()) for frame in frames)
        assert first
        assert not first & second


def test_tokens_of_a_strange_key_are_counted_and_meet_nobody(office, analyst, carer, tmp_path):
    folder, _, _ = office
    strange = as_tokens(new_key(), PEOPLE[1], tmp_path)
    reported(carer, **strange, own_reference="J3")
    stated = deliver_register(find_edition("voorjaar"), actor=analyst)
    assert (stated.reports, stated.apart) == (len(PEOPLE) + 2, 1)
    tokens = read_deliveries(folder / "voorjaar" / "deliveries").get("tokens")
    assert tokens["surname_token"].null_count() == 1
    assert tokens["key_id"].n_unique() == 1


def test_after_a_withdrawal_nothing_runs_before_it_is_delivered_anew(office, analyst, visitor):
    _, named, _ = office
    browser = visitor(analyst, headers={"accept-language": "nl"})
    page = reverse("desk:edition", args=["voorjaar"])
    delivered = browser.post(reverse("desk:deliver", args=["voorjaar"]), follow=True)
    assert "De levering van het register staat in de map" in delivered.content.decode()
    browser.post(reverse("desk:ask", args=["voorjaar"]))
    run = EditionRun.objects.get()
    Report.objects.filter(pk=named[4].pk).update(status="WITHDRAWN", ended_at=timezone.now())
    assert "Haal de levering van het register opnieuw op" in browser.get(page).content.decode()
    told = browser.post(reverse("desk:approve", args=["voorjaar", run.pk]), follow=True)
    assert "sindsdien zijn meldingen ingetrokken" in told.content.decode()
    assert run.approvals.count() == 0
    browser.post(reverse("desk:deliver", args=["voorjaar"]))
    assert delivery_of(find_edition("voorjaar")).reports == len(PEOPLE)
    told = browser.post(reverse("desk:approve", args=["voorjaar", run.pk]), follow=True)
    assert "intussen veranderd" in told.content.decode()


def test_a_later_delivery_takes_the_place_of_the_earlier_one(office, analyst):
    folder, _, _ = office
    place = folder / "voorjaar" / "deliveries"
    (place / "tallies-ZC.csv").write_text("kept", encoding="utf-8")
    (place / "verdicts-register.csv").write_text("old", encoding="utf-8")
    deliver_register(find_edition("voorjaar"), actor=analyst)
    names = sorted(path.name for path in place.iterdir())
    assert names == [
        "notifications-register.csv",
        "tallies-ZC.csv",
        "tallies-register.csv",
        "tokens-register.parquet",
    ]
    assert (place / "tallies-ZC.csv").read_text(encoding="utf-8") == "kept"
    assert not [path for path in (folder / "voorjaar").iterdir() if path.name.startswith(".")]


def test_the_command_does_the_same_and_says_what_it_did(office):
    made = deliver_to_edition("voorjaar")
    assert made.reports == len(PEOPLE) + 1
    entry = AuditEntry.objects.get(act="edition.delivered")
    assert entry.actor == "service:deliver"
    with pytest.raises(InputError, match="no such edition"):
        deliver_to_edition("nergens")


@pytest.mark.parametrize(
    ("edition", "key", "said"),
    [
        ("oefening", True, "a simulated nation gets no reports"),
        ("voorjaar", False, "no key of the register"),
    ],
)
def test_where_it_cannot_be_delivered_nothing_is_opened(  # noqa: PLR0917
    office, analyst, settings, edition, key, said
):
    if not key:
        settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, register_key=None)
    with pytest.raises(InputError, match=said):
        deliver_register(find_edition(edition), actor=analyst)
    assert not AuditEntry.objects.filter(act="identity.opened").exists()


def test_nobody_but_an_analyst_takes_the_delivery(office, person, visitor):
    folder, _, _ = office
    for role in ("release_officer", "registrar", "administrator", "reporter"):
        answer = visitor(person(role)).post(reverse("desk:deliver", args=["voorjaar"]))
        assert answer.status_code == 403
    assert not list((folder / "voorjaar" / "deliveries").iterdir())

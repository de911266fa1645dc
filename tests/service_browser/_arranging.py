"""What stands in the demo office before its pages are looked at; run beside the served office.

`python -m tests.service_browser._arranging FOLDER` writes one JSON object: sessions by role, and
the keys of the objects that pages are about.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slachtoffermonitor.service.operation.environment import demo_environment, set_up_django

if TYPE_CHECKING:
    from slachtoffermonitor.service.accounts.models import User

FACTS = {
    "sex": "V",
    "citizenship": "NL",
    "municipality": "GM0599",
    "main_form": "BSU",
    "forms": "BSU;CRIM",
    "route": "BINNENLAND",
    "exploited_from": "2025-03-01",
    "exploited_until": "2025-09-01",
    "residence": "NEDERLANDER",
    "recruiter_relation": "PARTNER",
    "platforms": "SNAPCHAT;INSTAGRAM",
}
NAMED = (
    {"given_name": "Wiesje", "surname": "Zandbergen-Koper", "birth_date": "1999-04-05"},
    {"given_name": "Wisje", "surname": "Zandberge Koper", "birth_date": "1999-04-05"},
    {"given_name": "Thi Hoa", "surname": "Nguyen", "birth_date": "2001-12-30"},
    {"given_name": "Adebayo", "surname": "Okafor", "birth_date": "1988-07-07"},
    {"given_name": "Irina", "surname": "Popescu", "birth_date": "1995-02-11"},
)


def sessions() -> dict[str, str]:
    """Sign everybody of the demo office in, one session a role."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from slachtoffermonitor.service.accounts.models import User
    from slachtoffermonitor.service.accounts.signing_in.second_factor import SECOND_FACTOR_SHOWN

    found = {}
    for user in User.objects.filter(email__endswith="@demo.example"):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[SECOND_FACTOR_SHOWN] = True
        session.create()
        for role in user.roles:
            found.setdefault(role.value, session.session_key)
        found[user.email.split("@")[0]] = session.session_key
    return found


def reports() -> dict[str, str]:
    """Take in a few reports, of which two are about one person, and decide about one pair."""
    from django.utils import timezone

    from slachtoffermonitor.service.accounts.clients import make_client_key
    from slachtoffermonitor.service.accounts.models import User
    from slachtoffermonitor.service.register.matching.merging import decide
    from slachtoffermonitor.service.register.models import MatchCandidate
    from slachtoffermonitor.service.register.receiving.codes import make_code
    from slachtoffermonitor.service.register.receiving.submission import Submission
    from slachtoffermonitor.service.register.receiving.taking_in import receive

    officer = User.objects.get(email="agent@demo.example")
    registrar = User.objects.get(email="registrator@demo.example")
    taken = [
        receive(
            Submission(
                content="VOLLEDIG",
                purpose="REGISTER",
                age="L18_PLUS",
                reported_on=timezone.localdate() - timedelta(days=number),
                facts=FACTS if number else {**FACTS, "recruiter_relation": "ONB", "sex": "ONB"},
                identity=identity,
                own_reference=f"PL-{number}",
            ),
            actor=officer,
            organisation=officer.organisation,
        ).report
        for number, identity in enumerate(NAMED)
    ]
    pairs = []
    for left, right in ((taken[0], taken[1]), (taken[2], taken[3])):
        first, second = sorted((left, right), key=lambda report: str(report.pk))
        pairs.append(MatchCandidate.objects.create(report=first, other=second, probability=0.93))
    merge = decide(pairs[1], same=True, actor=registrar)
    asked = {way: begun(officer, way) for way in ("REPORT", "COUNT", "OFFICER", "TOKENS")}
    key, _ = make_client_key(officer.organisation, "Dossiersysteem", actor=registrar)
    return {
        "key_id": str(key.pk),
        "organisation_id": str(officer.organisation_id),
        "person_id": str(officer.pk),
        "ways": {"register:question": questions(asked)},
        "report_id": str(taken[0].pk),
        "pair_id": str(pairs[0].pk),
        "merge_id": str(merge.pk),
        "draft_id": asked["REPORT"],
        "victim_code": make_code("VICTIM", organisation=officer.organisation, report=taken[4]),
    }


def begun(officer: User, way: str) -> str:
    """Begin a report and answer every question of one way through it."""
    from slachtoffermonitor.service.register.pages import drafts
    from slachtoffermonitor.service.register.pages.steps import STEPS

    draft = drafts.begin(officer)
    answers = {"purpose": "REGISTER", "age": "L18_PLUS", "consent": "ZELF"}
    answers["go_on"] = "REPORT" if way == "TOKENS" else way
    answers["_content"] = "PSEUDONIEM" if way == "TOKENS" else "VOLLEDIG"
    offered = ["REPORT", "OFFICER", "COUNT"]
    done = [step.name for step in STEPS]
    drafts.keep(
        draft,
        {**answers, "_offered": offered, "_done": done},
        actor=officer,
    )
    return str(draft.pk)


def questions(asked: dict[str, str]) -> list[dict[str, str]]:
    """Give every question once, with the draft of the way on which it is asked."""
    from slachtoffermonitor.service.register.pages.steps import STEPS

    way = {"count": "COUNT", "officer": "OFFICER", "tokens": "TOKENS"}
    return [{"draft_id": asked[way.get(step.name, "REPORT")], "name": step.name} for step in STEPS]


def help_asked() -> dict[str, str]:
    """Ask for help and for a place, and hand another request over to another municipality."""
    from django.utils import timezone

    from slachtoffermonitor.service.accounts.models import User
    from slachtoffermonitor.service.basis import consent_text
    from slachtoffermonitor.service.care.acts import asking, handing_over, offering
    from slachtoffermonitor.service.care.supply import say_places
    from slachtoffermonitor.service.register.receiving.submission import GivenConsent
    from slachtoffermonitor.service.residence.tracking import open_track

    provider = User.objects.get(email="opvang@demo.example")
    coordinator = User.objects.get(email="zorgcoordinator@demo.example")
    today = timezone.localdate()
    kind = {"care_type": "OPVANG", "speciality": "ALGEMEEN", "age": "", "sex": ""}
    supply = say_places(
        provider.organisation, kind, today, places=40, taken=4, actor=provider
    ).supply
    text = consent_text("ZELF", "ZORG", "nl", on=today)
    here = coordinator.organisation.municipality
    asked = asking.Asked(
        municipality=here,
        needs=("OPVANG",),
        urgency="SPOED",
        urgency_reason="GEEN_SLAAPPLEK",
        age="L18_PLUS",
        sex="V",
        language="NL",
        turns_18_in=None,
        consent=GivenConsent(
            form="ZELF", given_on=today, text_id=text.text_id, giver_name="Demo Persoon"
        ),
        identity={"given_name": "Demo", "surname": "Persoon"},
    )
    first, second = (
        asking.ask_for_help(wish, actor=coordinator, organisation=coordinator.organisation)
        for wish in (asked, replace(asked, municipality="GM0363"))
    )
    offer = offering.ask_provider(first.needs.get(), supply, actor=coordinator)
    handed = handing_over.offer_hand_over(second, "VERHUISD", municipality=here, actor=coordinator)
    track = open_track(actor=coordinator, request=first)
    return {
        "track_id": str(track.pk),
        "event_id": "1",
        "request_id": str(first.pk),
        "offer_id": str(offer.pk),
        "hand_over_id": str(handed.pk),
    }


def acts_of(found: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Name the acts whose address holds their name."""
    request = {"request_id": found["request_id"], "offer_id": found["offer_id"]}
    return {
        "care:act": [{**request, "name": name} for name in ("urgency", "provider", "hand_over")],
        "care:act_on_offer": [{**request, "name": "take"}],
        "residence:begin": [{"kind": "report", "key": found["report_id"]}],
    }


def edition(folder: Path) -> dict[str, str]:
    """Lay out an edition with a run that waits for approval and a pair to judge."""
    from slachtoffermonitor.edition import Settings, lay_out_edition
    from slachtoffermonitor.service.accounts.models import User
    from slachtoffermonitor.service.desk.acts import ask_for_run
    from slachtoffermonitor.service.desk.folders import find_edition

    settings = Settings()
    deliveries = replace(settings.deliveries, source="files")
    lay_out_edition(folder / "editions" / "voorjaar", replace(settings, deliveries=deliveries))
    review = folder / "editions" / "voorjaar" / "review"
    review.mkdir()
    (review / "pairs.csv").write_text(
        "left_is,left,right_is,right,match_probability,joined,status,surname,birth,"
        "verdict,reviewer,reviewed_on\n"
        "report,A1,report,B7,0.62,false,new,one letter or sound apart,same date,,,\n",
        encoding="utf-8",
    )
    found = find_edition("voorjaar")
    assert found is not None
    run = ask_for_run(found, actor=User.objects.get(email="analist@demo.example"))
    return {"edition": "voorjaar", "run_id": str(run.pk)}


def main() -> None:
    """Arrange the office of the folder."""
    folder = Path(sys.argv[1])
    set_up_django(demo_environment(folder))
    from slachtoffermonitor.service.accounts.rows import as_service

    with as_service("tests"):
        arranged: dict[str, Any] = {"sessions": sessions(), **reports(), **help_asked()}
        arranged |= edition(folder)
    arranged["ways"] |= acts_of(arranged)
    # Of an offer only its provider knows; another reporter finds nothing there.
    arranged["visitors"] = dict.fromkeys(("care:offer", "care:offers", "care:places"), "opvang")
    sys.stdout.write(json.dumps(arranged))


if __name__ == "__main__":
    main()

"""A few made-up requests and places for the demo office; nobody in it exists."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from slachtoffermonitor.service.accounts.models import User
from slachtoffermonitor.service.basis import consent_text
from slachtoffermonitor.service.care.acts import asking, offering, waiting
from slachtoffermonitor.service.care.models import HelpRequest
from slachtoffermonitor.service.care.supply import say_places
from slachtoffermonitor.service.register.receiving.submission import GivenConsent

__all__ = ["open_demo_care"]

_PLACES = (
    ("OPVANG", "ALGEMEEN", "", 6, 4),
    ("OPVANG", "SEKSUEEL", "L18_PLUS", 3, 3),
    ("BEGELEID_WONEN", "ALGEMEEN", "L18_PLUS", 4, 2),
)
# What is needed, urgency and its reason, age, days ago, why it waits.
_REQUESTS = (
    ("OPVANG", "SPOED", "GEEN_SLAAPPLEK", "L18_PLUS", 4, ""),
    ("OPVANG", "HOOG", "PLEK_EINDIGT", "L18_PLUS", 30, "GEEN_PLEK"),
    ("BEGELEID_WONEN", "GEWOON", "VEILIG_NU", "L16_17", 75, "GEEN_PLEK_GROEP"),
    ("PSYCHISCH", "HOOG", "GEZONDHEID", "L18_PLUS", 50, "INDICATIE"),
    ("BEGELEID_WONEN", "GEWOON", "VEILIG_NU", "L18_PLUS", 20, "WACHT_AANBIEDER"),
)


def open_demo_care() -> None:
    """Fill the demo office with requests for help and places, once."""
    provider = User.objects.filter(email="opvang@demo.example").first()
    coordinator = User.objects.filter(email="zorgcoordinator@demo.example").first()
    if provider is None or coordinator is None or HelpRequest.objects.exists():
        return
    today = timezone.localdate()
    supplies = {}
    for care_type, speciality, age, places, taken in _PLACES:
        kind = {"care_type": care_type, "speciality": speciality, "age": age, "sex": ""}
        said = say_places(
            provider.organisation, kind, today, places=places, taken=taken, actor=provider
        )
        supplies[care_type] = said.supply
    for number, row in enumerate(_REQUESTS, start=1):
        care_type, urgency, why, age, days, waits = row
        asked = asking.Asked(
            municipality=coordinator.organisation.municipality,
            needs=(care_type,),
            urgency=urgency,
            urgency_reason=why,
            age=age,
            sex="V",
            language="NL",
            requested_on=today - timedelta(days=days),
            turns_18_in=today + timedelta(days=90) if age == "L16_17" else None,
            consent=_consent(),
            identity={"given_name": "Demo", "surname": f"Persoon {number}"},
        )
        made = asking.ask_for_help(asked, actor=coordinator, organisation=coordinator.organisation)
        if waits:
            waiting.judge_urgency(made, urgency, why, actor=coordinator)
            waiting.say_why_it_waits(made, waits, actor=coordinator)
        if waits == "WACHT_AANBIEDER":
            offering.ask_provider(made.needs.get(), supplies[care_type], actor=coordinator)


def _consent() -> GivenConsent:
    today = timezone.localdate()
    text = consent_text("ZELF", "ZORG", "nl", on=today)
    return GivenConsent(
        form="ZELF", given_on=today, text_id=text.text_id, giver_name="Demo Persoon"
    )

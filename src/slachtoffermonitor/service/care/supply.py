"""Which places are free on a day, and which fit a request? Counts, and nobody's rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.care.models import HelpRequest, Offer, Supply, SupplyDay

__all__ = ["Free", "fits", "free_on", "say_places", "supply_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """A kind of places on a day: how many there are, and how many are free."""

    supply: Supply
    provider: str
    municipality: str
    places: int
    free: int


def free_on(supply: Supply, on: date) -> int:
    """How many places are free on a day: those there are, less those taken and those held.

    Never below zero, also where a provider has lowered its places under what is taken.
    """
    return max(0, _room(supply, on)[1])


def _room(supply: Supply, on: date) -> tuple[int, int]:
    said = SupplyDay.objects.filter(supply=supply, on__lte=on).order_by("-on").first()
    if said is None:
        return 0, 0
    held = Offer.objects.filter(supply=supply, status__in=Offer.HOLDING).count()
    return said.places, said.places - said.taken_by_others - held


def supply_on(on: date, *, care_types: Iterable[str] | None = None) -> list[Free]:
    """Which places of all providers are there on a day, and which are free?

    Nothing of it is about a person, so everybody who works with care sees all of it.
    """
    with as_service("care-supply", write=False):
        kinds = Supply.objects.select_related("organisation").filter(organisation__active=True)
        if care_types is not None:
            kinds = kinds.filter(care_type__in=list(care_types))
        return [
            Free(
                supply=kind,
                provider=kind.organisation.name,
                municipality=kind.organisation.municipality,
                places=places,
                free=max(0, free),
            )
            for kind in kinds
            for places, free in (_room(kind, on),)
        ]


def fits(supply: Supply, request: HelpRequest) -> bool:
    """Whether a kind of places takes this age and sex, and has the speciality asked for.

    An unknown age or sex fits every place: the provider decides.
    """
    return (
        (supply.age in ("", request.age) or request.age == "ONB")
        and (supply.sex in ("", request.sex) or request.sex == "ONB")
        and (request.speciality in ("ALGEMEEN", supply.speciality))
    )


def say_places(
    organisation: Any, kind: dict[str, str], on: date, *, places: int, taken: int, actor: Any
) -> SupplyDay:
    """Say how many places of a kind there are from a day on, and how many others have taken."""
    with transaction.atomic():
        supply, _ = Supply.objects.get_or_create(organisation=organisation, defaults={}, **kind)
        said, _ = SupplyDay.objects.update_or_create(
            supply=supply, on=on, defaults={"places": places, "taken_by_others": taken}
        )
        record(
            "places.said",
            actor=actor,
            subject=supply,
            detail={"on": on.isoformat(), "places": places, "taken": taken},
        )
    return said

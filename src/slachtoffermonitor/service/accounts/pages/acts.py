"""What the acts of the audit trail are called, for who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ACTS", "called_act"]

ACTS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "account.closed": _("Account closed"),
        "account.made": _("Account made"),
        "account.reset": _("Account given a first password again"),
        "audit.verified": _("Trail checked"),
        "care.delivered": _("Requests for help delivered to the statistics"),
        "client_key.made": _("Key of an organisation made"),
        "client_key.revoked": _("Key of an organisation revoked"),
        "consent.withdrawn": _("Consent to a report withdrawn"),
        "demo.opened": _("Demo office opened"),
        "draft.begun": _("Draft begun"),
        "draft.ended": _("Draft ended"),
        "duplicates.sought": _("Duplicates looked for"),
        "edition.approved": _("Edition approved"),
        "edition.asked": _("Edition asked for"),
        "edition.delivered": _("Register delivered to an edition"),
        "edition.started": _("Edition begun"),
        "edition.stopped": _("Edition stopped"),
        "help.asked": _("Help requested"),
        "help.cancelled": _("Offer taken back"),
        "help.consent_withdrawn": _("Consent to help withdrawn"),
        "help.declined": _("Provider declined"),
        "help.ended": _("Request for help ended"),
        "help.hand_over_declined": _("Hand-over declined"),
        "help.hand_over_taken": _("Hand-over accepted"),
        "help.handed": _("Hand-over offered"),
        "help.offer_asked": _("Provider asked"),
        "help.offered": _("Place offered"),
        "help.person_forgotten": _("Person of a request for help forgotten"),
        "help.refused": _("Victim declined the place"),
        "help.started": _("Help began"),
        "help.stopped": _("Help ended"),
        "help.taken": _("Victim accepted the place"),
        "help.triaged": _("Urgency judged"),
        "help.turns_18": _("Month of turning 18 given"),
        "help.waiting": _("Waiting for help"),
        "identity.changed": _("Identity changed"),
        "identity.destroyed": _("Identity destroyed"),
        "identity.opened": _("Identity opened"),
        "identity.reduced": _("Identity reduced"),
        "keys.rotated": _("Keys renewed"),
        "organisation.changed": _("Organisation changed"),
        "organisation.closed": _("Organisation closed"),
        "organisation.made": _("Organisation made"),
        "organisation.opened": _("Organisation opened again"),
        "page.refused": _("Page refused"),
        "pair.decided": _("Two reports judged"),
        "pair.reviewed": _("Pair of an edition judged"),
        "password.changed": _("Password changed"),
        "persons.merged": _("Persons joined"),
        "persons.unmerged": _("Persons parted"),
        "places.said": _("Free places told"),
        "register.delivered": _("Register delivered to the statistics"),
        "report.accepted": _("Report accepted"),
        "report.corrected": _("Report corrected"),
        "report.erased": _("Report erased"),
        "report.expired": _("Report past its time"),
        "report.received": _("Report received"),
        "retention.run": _("Retention periods applied"),
        "role.given": _("Role given"),
        "role.taken": _("Role taken away"),
        "rules.chosen": _("Rules for minors chosen"),
        "second_factor.added": _("Second factor added"),
        "second_factor.removed": _("Second factor removed"),
        "session.begun": _("Session begun"),
        "session.ended": _("Session over"),
        "session.refused": _("Sign-in refused"),
        "tally.received": _("Count received"),
        "track.destroyed": _("Residence record destroyed"),
        "track.ended": _("Residence record ended"),
        "track.event": _("Event of residence written down"),
        "track.event_cancelled": _("Event of residence taken back"),
        "track.opened": _("Residence record begun"),
        "upload.received": _("File of reports received"),
    }
)


def called_act(act: str) -> str:
    """Give what an act is called here; one that is not known as it stands."""
    return str(ACTS.get(act, act))

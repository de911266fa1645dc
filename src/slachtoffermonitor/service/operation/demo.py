"""The demo office: organisations and people who do not exist, one for every role.

Each start gives everybody one new password and new one-time codes. The codes stand where an app
on a telephone would give a code: signing in takes two steps in the demo too.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password

from slachtoffermonitor.service.accounts.models import Organisation, RoleAssignment, User
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.service.care.demo import open_demo_care

__all__ = ["DemoPerson", "open_demo_office"]

_ORGANISATIONS = {
    "Demo Politie": ("POL", "GM0363"),
    "Demo Jeugdzorg": ("JEUGD", "GM0599"),
    "Demo Zorgcoördinatie": ("ZC", "GM0344"),
    "Demo Opvang": ("OPVANG", "GM0344"),
    "Demo Meldpunt": ("OVERIG", ""),
    "Demo Onderzoek": ("OVERIG", ""),
}
_PEOPLE = (
    ("agent", "Demo Politie", Role.REPORTER),
    ("jeugdzorg", "Demo Jeugdzorg", Role.REPORTER),
    ("registrator", "Demo Meldpunt", Role.REGISTRAR),
    ("zorgcoordinator", "Demo Zorgcoördinatie", Role.CARE_COORDINATOR),
    ("opvang", "Demo Opvang", Role.REPORTER),
    ("analist", "Demo Onderzoek", Role.ANALYST),
    ("hulpverlener", "Demo Jeugdzorg", Role.COUNSELLOR),
    ("programma", "Demo Onderzoek", Role.PROGRAMME_COORDINATOR),
    ("vrijgever", "Demo Onderzoek", Role.RELEASE_OFFICER),
    ("privacy", "Demo Meldpunt", Role.PRIVACY_OFFICER),
    ("beheerder", "Demo Meldpunt", Role.ADMINISTRATOR),
)
_CODES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """How somebody of the demo office signs in, until its next start."""

    email: str
    role: str
    organisation: str
    password: str
    codes: tuple[str, ...]

    def as_row(self) -> dict[str, object]:
        """Give the fields for a file."""
        return asdict(self)


def open_demo_office() -> list[DemoPerson]:
    """Make the demo office if it is not there, and give its people their sign-ins anew."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    hashed = make_password(password)
    with as_service("demo"):
        organisations = {
            name: Organisation.objects.get_or_create(
                name=name, defaults={"reporter": reporter, "municipality": municipality}
            )[0]
            for name, (reporter, municipality) in _ORGANISATIONS.items()
        }
        people = [
            _person(login, organisations[organisation], role, hashed)
            for login, organisation, role in _PEOPLE
        ]
        open_demo_care()
        record(
            "demo.opened",
            actor="service:demo",
            subject="office:demo",
            detail={"people": len(people)},
        )
        return [
            DemoPerson(
                email=user.email,
                role=role.value,
                organisation=user.organisation.name,
                password=password,
                codes=_codes(user),
            )
            for user, role in people
        ]


def _person(login: str, organisation: Organisation, role: Role, hashed: str) -> tuple[User, Role]:
    user, _ = User.objects.update_or_create(
        email=f"{login}@demo.example",
        defaults={"name": f"Demo {login}", "organisation": organisation, "password": hashed},
    )
    RoleAssignment.objects.get_or_create(user=user, role=role.value)
    return user, role


def _codes(user: User) -> tuple[str, ...]:
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, generate_totp_secret())
    return tuple(RecoveryCodes.activate(user).generate_codes()[:_CODES_SHOWN])

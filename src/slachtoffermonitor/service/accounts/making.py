"""Organisations and accounts, made by whoever administers the service."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from allauth.mfa.models import Authenticator

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.models import Organisation, RoleAssignment, User
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.vocabulary import code_list

__all__ = ["close_person", "make_organisation", "make_person", "reset_person"]


def make_organisation(name: str, reporter: str, municipality: str = "") -> Organisation:
    """Make an organisation of a kind of reporter.

    Raises:
        InputError: The kind is not in the list, or the name is taken.

    """
    if reporter not in code_list("reporters"):
        allowed = ", ".join(code_list("reporters"))
        raise InputError(Problem(what="no kind of reporter", found=reporter, allowed=allowed))
    if Organisation.objects.filter(name=name).exists():
        raise InputError(Problem(what="there is an organisation of this name", found=name))
    with as_service("administration"):
        made = Organisation.objects.create(name=name, reporter=reporter, municipality=municipality)
        record("organisation.made", actor="service:administration", subject=made)
    return made


def make_person(email: str, name: str, organisation: str, roles: Iterable[str]) -> tuple[User, str]:
    """Make an account with roles.

    Returns:
        The account, and its first password, which is kept nowhere.

    Raises:
        InputError: The organisation or a role does not exist, or the account does.

    """
    asked = sorted(set(roles))
    unknown = [role for role in asked if role not in Role.values or role == Role.API_CLIENT]
    at = Organisation.objects.filter(name=organisation).first()
    problems = [
        Problem(what="no role", found=role, allowed=", ".join(Role.values)) for role in unknown
    ]
    if at is None:
        problems.append(Problem(what="no organisation of this name", found=organisation))
    if User.objects.filter(email=email.strip().lower()).exists():
        problems.append(Problem(what="there is an account with this address"))
    if problems or at is None:
        raise InputError(problems)
    password = secrets.token_urlsafe(15)
    with as_service("administration"):
        made = User.objects.create_user(email, password, name=name, organisation=at)
        for role in asked:
            RoleAssignment.objects.create(user=made, role=role)
        record(
            "account.made",
            actor="service:administration",
            subject=made,
            detail={"roles": "+".join(asked)},
        )
    return made, password


def reset_person(email: str) -> str:
    """Give somebody a new first password, and take the second factors away to be set up anew.

    Every session of the account ends with the old password.

    Raises:
        InputError: There is no such account.

    """
    password = secrets.token_urlsafe(15)
    with as_service("administration"):
        found = _person(email)
        Authenticator.objects.filter(user=found).delete()
        found.set_password(password)
        found.save(update_fields=["password"])
        record("account.reset", actor="service:administration", subject=found)
    return password


def close_person(email: str) -> None:
    """Close an account: its sessions and its sign-in end; what it did stays in the trail.

    Raises:
        InputError: There is no such account.

    """
    with as_service("administration"):
        found = _person(email)
        found.is_active = False
        found.save(update_fields=["is_active"])
        record("account.closed", actor="service:administration", subject=found)


def _person(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise InputError(Problem(what="there is no account with this address"))
    return found

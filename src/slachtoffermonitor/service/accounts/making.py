"""Organisations and accounts, made by whoever administers the service."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from allauth.mfa.models import Authenticator

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.models import Organisation, RoleAssignment, User
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.accounts.rows import as_service
from slachtoffermonitor.service.accounts.signing_in.first_password import begin_first_password
from slachtoffermonitor.service.audit import record
from slachtoffermonitor.vocabulary import code_list

__all__ = [
    "change_organisation",
    "close_organisation",
    "close_person",
    "give_role",
    "make_organisation",
    "make_person",
    "reset_person",
    "take_role",
]

_CHANGEABLE: Final = ("name", "reporter", "municipality", "region")
# Who acts when nobody is signed in: the keeper of the machine, by a command.
BY_COMMAND: Final = "service:administration"


def make_organisation(
    name: str,
    reporter: str,
    municipality: str = "",
    *,
    region: str = "",
    actor: Any = BY_COMMAND,
) -> Organisation:
    """Make an organisation of a kind of reporter.

    Raises:
        InputError: The kind is not in the list, or the name is taken.

    """
    _check_organisation(name, reporter)
    with as_service("administration"):
        made = Organisation.objects.create(
            name=name, reporter=reporter, municipality=municipality, region=region
        )
        record("organisation.made", actor=actor, subject=made)
    return made


def _check_organisation(name: str, reporter: str, but: Organisation | None = None) -> None:
    if reporter not in code_list("reporters"):
        allowed = ", ".join(code_list("reporters"))
        raise InputError(Problem(what="no kind of reporter", found=reporter, allowed=allowed))
    of_this_name = Organisation.objects.filter(name=name)
    if (of_this_name if but is None else of_this_name.exclude(pk=but.pk)).exists():
        raise InputError(Problem(what="there is an organisation of this name", found=name))


def change_organisation(organisation: Organisation, *, actor: Any, **changes: str) -> Organisation:
    """Change what an organisation is called, what it is, or where it stands.

    What goes wrong if misused: another kind of reporter changes what the organisation may report
    from now on; reports that were taken in keep the ground of their day.

    Raises:
        InputError: The kind is not in the list, or the name is taken.

    """
    asked = {name: getattr(organisation, name) for name in _CHANGEABLE} | changes
    _check_organisation(asked["name"], asked["reporter"], but=organisation)
    changed = sorted(name for name in _CHANGEABLE if getattr(organisation, name) != asked[name])
    if not changed:
        return organisation
    with as_service("administration"):
        for name in changed:
            setattr(organisation, name, asked[name])
        organisation.save(update_fields=changed)
        record(
            "organisation.changed",
            actor=actor,
            subject=organisation,
            detail={"fields": "+".join(changed), "reporter": organisation.reporter},
        )
    return organisation


def close_organisation(organisation: Organisation, *, closed: bool = True, actor: Any) -> None:
    """Close an organisation, or open it again: while it is closed nobody of it signs in.

    Its reports stay; its keys open nothing while it is closed.

    Raises:
        InputError: Somebody closes the organisation that they work for.

    """
    if closed and getattr(actor, "organisation_id", None) == organisation.pk:
        raise InputError(Problem(what="nobody closes their own organisation"))
    with as_service("administration"):
        organisation.active = not closed
        organisation.save(update_fields=["active"])
        act = "organisation.closed" if closed else "organisation.opened"
        record(act, actor=actor, subject=organisation)


def make_person(
    email: str,
    name: str,
    organisation: str,
    roles: Iterable[str],
    *,
    actor: Any = BY_COMMAND,
) -> tuple[User, str]:
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
        made = User.objects.create_user(email, name=name, organisation=at)
        begin_first_password(made, password)
        for role in asked:
            RoleAssignment.objects.create(user=made, role=role)
        record(
            "account.made",
            actor=actor,
            subject=made,
            detail={"roles": "+".join(asked)},
        )
    return made, password


def reset_person(email: str, *, actor: Any = BY_COMMAND) -> str:
    """Give somebody a new first password, and take the second factors away to be set up anew.

    Every session of the account ends with the old password.

    Raises:
        InputError: There is no such account.

    """
    password = secrets.token_urlsafe(15)
    with as_service("administration"):
        found = _person(email)
        Authenticator.objects.filter(user=found).delete()
        begin_first_password(found, password)
        record("account.reset", actor=actor, subject=found)
    return password


def close_person(email: str, *, actor: Any = BY_COMMAND) -> None:
    """Close an account: its sessions and its sign-in end; what it did stays in the trail.

    Raises:
        InputError: There is no such account.

    """
    with as_service("administration"):
        found = _person(email)
        if found == actor:
            raise InputError(Problem(what="nobody closes their own account"))
        found.is_active = False
        found.save(update_fields=["is_active"])
        record("account.closed", actor=actor, subject=found)


def give_role(user: User, role: str, *, until: date | None = None, actor: Any) -> RoleAssignment:
    """Give somebody a role, until a day or until it is taken away.

    Raises:
        InputError: There is no such role for people, or somebody gives it to themselves.

    """
    _check_role(user, role, actor)
    with as_service("administration"):
        given, _ = RoleAssignment.objects.update_or_create(
            user=user, role=role, defaults={"until": until}
        )
        detail = {"role": role, "until": until.isoformat() if until else ""}
        record("role.given", actor=actor, subject=user, detail=detail)
    return given


def take_role(user: User, role: str, *, actor: Any) -> None:
    """Take a role away; from the next page on it opens nothing.

    Raises:
        InputError: There is no such role for people, or somebody takes their own.

    """
    _check_role(user, role, actor)
    with as_service("administration"):
        RoleAssignment.objects.filter(user=user, role=role).delete()
        record("role.taken", actor=actor, subject=user, detail={"role": role})


def _check_role(user: User, role: str, actor: Any) -> None:
    if role not in Role.values or role == Role.API_CLIENT:
        raise InputError(Problem(what="no role", found=role, allowed=", ".join(Role.values)))
    if user == actor:
        raise InputError(Problem(what="nobody changes their own roles"))


def _person(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise InputError(Problem(what="there is no account with this address"))
    return found

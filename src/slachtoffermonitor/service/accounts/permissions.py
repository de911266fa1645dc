"""Who may visit which page and see which rows: one table, and nothing is allowed outside it.

The table is data: `permissions.toml` of each app, joined. An entry is an address's name (as in
`urls.py`, with its namespace; `"POST name"` says it for one method alone) with a scope per role:

    ["register:inbox"]
    registrar = "all"
    reporter = "own"

`public = true` opens a page to everybody, `signed_in = true` to everybody who is signed in,
whatever the role; `before_second_factor = true` also to who still has to set one up. `entrance`
names the page in the menu of those who may visit it. What is not in the table, nobody may.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from django.db import models
from rules.predicates import predicate

from slachtoffermonitor.ground import InputError, Problem
from slachtoffermonitor.service.accounts.roles import Role

__all__ = [
    "APPS",
    "Access",
    "Actor",
    "Scope",
    "access_to",
    "is_within",
    "may",
    "permission_table",
    "scope_of",
    "visible_to",
]

_FLAGS = ("public", "signed_in", "before_second_factor")
APPS = ("project", "accounts", "operation", "register", "care", "residence", "desk", "ledger")
M = TypeVar("M", bound=models.Model)


class Scope(Enum):
    """How far somebody sees: nothing, the own organisation, the municipality, everything."""

    NONE = "none"
    OWN = "own"
    MUNICIPALITY = "municipality"
    ALL = "all"

    @property
    def width(self) -> int:
        """Where it stands among the scopes, the narrowest first."""
        return list(Scope).index(self)


class Actor(Protocol):
    """A signed-in person or a client of the API."""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""

    @property
    def audit_name(self) -> str:
        """How the audit trail names the actor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One line of the table."""

    public: bool
    signed_in: bool
    before_second_factor: bool
    entrance: str
    scopes: Mapping[Role, Scope]


@cache
def permission_table() -> Mapping[str, Access]:
    """What does the table say? Read once; a mistake in it stops the service at start.

    Raises:
        InputError: A role or scope that does not exist, or one page in two files.

    """
    table: dict[str, Access] = {}
    problems: list[Problem] = []
    for app in APPS:
        file = files("slachtoffermonitor.service").joinpath(app, "permissions.toml")
        if not file.is_file():
            continue
        for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            where = f"{app}/permissions.toml"
            if name in table:
                problems.append(Problem(what="stands in two files", file=where, found=name))
            try:
                table[name] = _access(entry)
            except (ValueError, TypeError) as error:
                problems.append(Problem(what=str(error), file=where, column=name))
    if problems:
        raise InputError(problems)
    return table


def _access(entry: Mapping[str, Any]) -> Access:
    flags = {key: entry.get(key, False) for key in _FLAGS}
    if any(not isinstance(flag, bool) for flag in flags.values()):
        raise ValueError(f"{', '.join(_FLAGS)} are true or false")
    scopes = {
        Role(key): Scope(value) for key, value in entry.items() if key not in {*_FLAGS, "entrance"}
    }
    return Access(**flags, entrance=str(entry.get("entrance", "")), scopes=scopes)


def access_to(url_name: str, method: str = "GET") -> Access | None:
    """Give the line of the table for a page; None where the table has none."""
    table = permission_table()
    return table.get(f"{method} {url_name}", table.get(url_name))


def scope_of(user: Any, url_name: str, method: str = "GET") -> Scope:
    """How far may this user see on this page? The widest of what the user's roles give.

    A page that everybody signed in may visit gives the own organisation.
    """
    access = access_to(url_name, method)
    if access is None or not getattr(user, "is_authenticated", False):
        return Scope.NONE
    given = [access.scopes[role] for role in user.roles if role in access.scopes]
    if access.signed_in:
        given.append(Scope.OWN)
    return max(given, key=lambda scope: scope.width, default=Scope.NONE)


def visible_to(user: Any, queryset: models.QuerySet[M], scope: Scope) -> models.QuerySet[M]:
    """Which of the rows may the user see within the scope?

    The model says where its rows belong: `organisation_path` (and, if rows are also of a
    municipality, `municipality_path`) as class attributes. A model that says nothing shows
    nothing, unless the scope is everything.
    """
    if scope is Scope.ALL:
        return queryset
    within = [
        models.Q(**{path: value})
        for path, value in _places(user, scope, queryset.model)
        if path and value
    ]
    if not within:
        return queryset.none()
    condition = within[0]
    for other in within[1:]:
        condition |= other
    return queryset.filter(condition)


def _places(user: Any, scope: Scope, model: type[models.Model]) -> Iterable[tuple[str, Any]]:
    if scope is Scope.NONE:
        return
    yield getattr(model, "organisation_path", ""), user.organisation_id
    if scope is Scope.MUNICIPALITY:
        yield getattr(model, "municipality_path", ""), user.organisation.municipality


def is_within(user: Any, about: models.Model, scope: Scope) -> bool:
    """Whether one row lies within the user's scope; the same question as `visible_to`."""
    if scope is Scope.ALL:
        return True
    return any(
        path and value and _follow(about, path) == value
        for path, value in _places(user, scope, type(about))
    )


def _follow(about: Any, path: str) -> Any:
    for step in path.split("__"):
        about = getattr(about, step, None)
    return about.pk if isinstance(about, models.Model) else about


def may(user: Any, url_name: str, about: object = None) -> bool:
    """Whether the user may visit a page, and, where an object is given, see that object there."""
    return bool(_within_table.test(user, (url_name, about)))


@predicate  # type: ignore[untyped-decorator]
def _has_scope(user: Any, asked: tuple[str, object]) -> bool:
    return scope_of(user, asked[0]) is not Scope.NONE


@predicate  # type: ignore[untyped-decorator]
def _reaches_object(user: Any, asked: tuple[str, object]) -> bool:
    name, about = asked
    return not isinstance(about, models.Model) or is_within(user, about, scope_of(user, name))


_within_table = _has_scope & _reaches_object

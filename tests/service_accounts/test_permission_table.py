"""Every page × every role: allowed only where the table says so; nothing outside the table."""

import re
from uuid import UUID

import pytest
from django.urls import URLPattern, get_resolver, reverse

from slachtoffermonitor.service.accounts.permissions import (
    access_to,
    permission_table,
    scope_of,
)
from slachtoffermonitor.service.accounts.roles import Role

pytestmark = pytest.mark.django_db
EXAMPLES = {
    "int": 1,
    "uuid": UUID(int=0),
    "str": "x",
    "slug": "x",
    "path": "x",
}


def addresses(patterns=None, namespace="", parameters=()):
    """Walk every named address of the service."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = str(entry.pattern)
        found = (
            *parameters,
            *re.findall(r"<(?:(\w+):)?(\w+)>", route),
            *(("str", name) for name in re.findall(r"\(\?P<(\w+)>", route)),
        )
        if isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else route
            yield name, {name: EXAMPLES.get(kind or "str", "x") for kind, name in found}
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, inner, found)


ADDRESSES = dict(addresses())
HUMAN = [role for role in Role if role is not Role.API_CLIENT]


def lines_of(name):
    return [key for key in permission_table() if key.split(" ")[-1] == name]


def test_every_address_stands_in_the_table_and_every_line_has_an_address():
    assert not [name for name in ADDRESSES if not lines_of(name)]
    assert not [name for name in permission_table() if name.split(" ")[-1] not in ADDRESSES]


def opens(access, role):
    """Whether the table opens the page to this role; None is who has not signed in."""
    if access is None or role is None:
        return access is not None and access.public
    return access.public or access.signed_in or role in access.scopes


@pytest.mark.parametrize("role", [None, *HUMAN])
def test_pages_open_to_a_role_only_where_the_table_says_so(role, person, visitor):
    user = person(role) if role else None
    login = reverse("account_login")
    visits = [(method, name) for name in sorted(ADDRESSES) for method in ("GET", "POST")]
    for method, name in visits:
        access = access_to(name, method)
        browser = visitor(user)
        answer = browser.generic(method, reverse(name, kwargs=ADDRESSES[name]))
        refused = answer.status_code in {401, 403} or (
            role is None and answer.status_code == 302 and answer.url.startswith(login)
        )
        if not opens(access, role):
            assert refused, (method, name, answer.status_code)
        elif role in access.scopes:
            assert not refused, (method, name, answer.status_code)
            assert scope_of(user, name, method) is access.scopes[role]


def test_a_page_outside_the_table_is_open_to_nobody(person, visitor, monkeypatch):
    user = person(*HUMAN)
    assert visitor(user).get(reverse("home")).status_code == 200
    monkeypatch.delitem(permission_table(), "home")
    assert visitor(user).get(reverse("home")).status_code == 403

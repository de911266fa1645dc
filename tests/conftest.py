"""What tests of the service start from: organisations, people of each role, ways to call pages.

A test that touches the database says so with `@pytest.mark.django_db`. The trail of audit refuses
deletions, so `transaction=True` (which empties tables afterwards) is not for these tests: what
needs real commits starts a database of its own.
"""

from __future__ import annotations

import pytest
from tests._browser import CHROMIUM


def pytest_runtest_setup(item):
    """Skip every test of a page here, where there is no browser: one line says how many."""
    if CHROMIUM is None and item.get_closest_marker("browser"):
        pytest.skip("no Chromium on this machine")


@pytest.fixture
def organisations(db):
    """Three organisations: two that report, in different municipalities, and the registrar's."""
    from slachtoffermonitor.service.accounts.models import Organisation

    return {
        name: Organisation.objects.create(name=name, reporter=code, municipality=place)
        for name, code, place in [
            ("Police North", "POL", "GM0363"),
            ("Youth Care South", "JEUGD", "GM0599"),
            ("The Register", "OVERIG", "GM0344"),
        ]
    }


@pytest.fixture
def person(organisations):
    """Make a person: `person("reporter", organisation="Police North")`."""
    from slachtoffermonitor.service.accounts.models import RoleAssignment, User

    def make(*roles, organisation="Police North"):
        user = User.objects.create_user(
            f"{roles[0] if roles else 'nobody'}-{User.objects.count()}@example.org",
            "correct horse battery",
            name=f"Test {' '.join(roles)}"[:120],
            organisation=organisations[organisation],
        )
        for role in roles:
            RoleAssignment.objects.create(user=user, role=role)
        return user

    return make


@pytest.fixture
def visitor():
    """Give a browser over https; signed in, with a second factor shown, if a user is given."""
    from django.test import Client

    from slachtoffermonitor.service.accounts.signing_in.second_factor import SECOND_FACTOR_SHOWN

    class Browser(Client):
        def generic(self, *args, **kwargs):
            return super().generic(*args, **{**kwargs, "secure": True})

    def open_browser(user=None, *, second_factor=True, **extra):
        browser = Browser(**extra)
        if user is not None:
            browser.force_login(user)
            session = browser.session
            session[SECOND_FACTOR_SHOWN] = second_factor
            session.save()
        return browser

    return open_browser

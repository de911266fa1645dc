"""What a scope shows: own rows, the municipality's, everything; and never by default."""

from datetime import date, timedelta

import pytest

from slachtoffermonitor.service.accounts.clients import (
    client_of,
    make_client_key,
    revoke_client_key,
)
from slachtoffermonitor.service.accounts.models import RoleAssignment, User
from slachtoffermonitor.service.accounts.permissions import (
    Access,
    Scope,
    is_within,
    may,
    permission_table,
    scope_of,
    visible_to,
)
from slachtoffermonitor.service.accounts.roles import Role
from slachtoffermonitor.service.accounts.rows import acting, as_service, standing
from slachtoffermonitor.service.vault import seal
from slachtoffermonitor.service.vault.models import SealedIdentity

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(organisations):
    with as_service("test"):
        rows = {
            name: seal({"family_name": "Verzonnen"}, organisation=organisation.pk)
            for name, organisation in organisations.items()
        }
        yield rows


def line(**scopes):
    flags = {"public": False, "signed_in": False, "before_second_factor": False, "entrance": ""}
    return Access(**flags, scopes={Role(role): Scope(scope) for role, scope in scopes.items()})


@pytest.mark.parametrize(("scope", "count"), [("none", 0), ("own", 1), ("all", 3)])
def test_a_scope_shows_rows_as_a_list_and_one_by_one_alike(person, sealed, scope, count):
    user = person("reporter")
    rows = visible_to(user, SealedIdentity.objects.all(), Scope(scope))
    assert rows.count() == count
    assert {row.pk for row in rows} == {
        row.pk for row in sealed.values() if is_within(user, row, Scope(scope))
    }


def test_the_municipality_shows_its_rows_and_the_own_ones(person, organisations, monkeypatch):
    user = person("care_coordinator", organisation="The Register")
    monkeypatch.setattr(User, "organisation_path", "organisation", raising=False)
    monkeypatch.setattr(User, "municipality_path", "organisation__municipality", raising=False)
    near = organisations["Police North"]
    near.municipality = user.organisation.municipality
    near.save()
    neighbour = person("reporter", organisation="Police North")
    person("reporter", organisation="Youth Care South")
    found = set(visible_to(user, User.objects.all(), Scope.MUNICIPALITY))
    assert found == {user, neighbour}
    assert found == {one for one in User.objects.all() if is_within(user, one, Scope.MUNICIPALITY)}


def test_a_model_that_does_not_say_whose_it_is_shows_nothing(person):
    user = person("reporter")
    assert not visible_to(user, RoleAssignment.objects.all(), Scope.OWN).exists()
    assert visible_to(user, RoleAssignment.objects.all(), Scope.ALL).exists()


def test_the_widest_of_several_roles_counts_and_a_role_ends(person, sealed, monkeypatch):
    monkeypatch.setitem(permission_table(), "desk", line(reporter="own", registrar="all"))
    user = person("reporter", "registrar")
    assert scope_of(user, "desk") is Scope.ALL
    assert may(user, "desk", sealed["Youth Care South"])
    user.assignments.filter(role="registrar").update(until=date.today() - timedelta(days=1))
    user = User.objects.get(pk=user.pk)
    assert scope_of(user, "desk") is Scope.OWN
    assert may(user, "desk", sealed["Police North"])
    assert not may(user, "desk", sealed["Youth Care South"])
    assert user.has_perm("desk")
    assert not user.has_perm("nowhere")


def test_a_method_can_have_a_line_of_its_own(person, monkeypatch):
    monkeypatch.setitem(permission_table(), "desk", line(reporter="own"))
    monkeypatch.setitem(permission_table(), "POST desk", line(registrar="all"))
    user = person("reporter")
    assert scope_of(user, "desk", "GET") is Scope.OWN
    assert scope_of(user, "desk", "POST") is Scope.NONE


def test_who_acts_is_known_inside_the_block_alone(person):
    user = person("reporter")
    with acting(user, Scope.OWN) as now:
        assert standing() == now
        assert now.organisation == str(user.organisation_id)
        with as_service("test"):
            assert standing().scope is Scope.ALL
        assert standing() == now
    assert standing().scope is Scope.NONE


def test_a_key_of_a_system_opens_until_it_is_taken_back(organisations, rf):
    with as_service("test"):
        row, key = make_client_key(organisations["Police North"], "import", actor="service:test")

        def caller(given):
            return client_of(rf.get("/", headers={"authorization": given}))

        assert caller(f"Bearer {key}") == row
        assert key not in repr(vars(row))
        for wrong in ("", key, "Bearer smk_wrong", f"Basic {key}", f"Bearer {key}x"):
            assert caller(wrong) is None
        revoke_client_key(row, actor="service:test")
        assert caller(f"Bearer {key}") is None

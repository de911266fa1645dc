"""PostgreSQL as the second wall: an ordinary role sees the rows of its scope and no other."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import _postgres

pytestmark = pytest.mark.skipif(_postgres.binaries() is None, reason=_postgres.MISSING)
ROOT = Path(__file__).parents[2]
PLACES = ("GM0344", "GM0363", "")
ORGANISATIONS = [str(uuid.UUID(int=number)) for number in range(1, 5)]
# Signing in must find accounts before anybody is known; the rest holds nothing about anybody.
OPEN = ("accounts_", "account_", "mfa_", "socialaccount_", "django_", "auth_", "audit_audithead")

MIGRATE = """
import json, sys
from click.testing import CliRunner
from slachtoffermonitor.cli import root
done = CliRunner().invoke(root, ["manage", "migrate"], standalone_mode=False)
print(done.output)
if done.exception: raise done.exception
"""


def environment(address, **changes):
    sys.path.insert(0, str(ROOT))
    from tests import service_settings  # noqa: F401 - its variables are the configuration

    return {**os.environ, "DATABASE_URL": address, **changes}


@pytest.fixture(scope="module")
def server():
    with _postgres.started() as running:
        done = subprocess.run(
            [sys.executable, "-c", MIGRATE],
            env=environment(
                running.address(_postgres.OWNER), MONITOR_DATABASE_ROLE=_postgres.APPLICATION
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        yield running


@pytest.fixture(scope="module")
def application(server):
    """The service's own connection: an ordinary role, with rows of four organisations."""
    with psycopg.connect(server.address(_postgres.APPLICATION)) as connection:
        told(connection, "all")
        for number, key in enumerate(ORGANISATIONS):
            connection.execute(
                "INSERT INTO accounts_organisation (id, name, reporter, municipality, region,"
                " active) VALUES (%s, %s, 'POL', %s, '', true)",
                [key, f"Organisation {number}", PLACES[number % 3]],
            )
            for _ in range(number + 1):
                connection.execute(
                    "INSERT INTO vault_sealedidentity (id, organisation_id, key_id, wrapped_key,"
                    " fields, sealed_at) VALUES (%s, %s, 'k', 'x', '{}', now())",
                    [uuid.uuid4(), key],
                )
        connection.commit()
        yield connection


def told(connection, scope="", organisation="", municipality=""):
    connection.execute(
        "SELECT set_config('monitor.scope', %s, true), set_config('monitor.organisation', %s,"
        " true), set_config('monitor.municipality', %s, true)",
        [scope, organisation, municipality],
    )


def seen(connection, table="vault_sealedidentity"):
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


def protected(connection):
    rows = connection.execute(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public'"
    )
    return dict(rows.fetchall())


def test_the_service_is_an_ordinary_role(application):
    row = application.execute(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname = current_user"
    ).fetchone()
    assert row == (False, False, False, False)
    owned = application.execute(
        "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
    ).fetchone()
    assert owned == (0,)
    application.rollback()


def test_every_table_with_records_is_protected_also_from_its_owner(application):
    """A table belongs to somebody if it names an organisation, or a row of a protected table."""
    tables = protected(application)
    belonging = {
        name
        for (name,) in application.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'organisation_id'"
            " UNION SELECT own.relname FROM pg_constraint JOIN pg_class own ON own.oid = conrelid"
            " JOIN pg_class other ON other.oid = confrelid"
            " WHERE contype = 'f' AND other.relrowsecurity"
        )
    }
    application.rollback()
    assert len(belonging) > 3
    assert tables["vault_sealedidentity"]
    assert not [name for name in belonging if not tables[name] and not name.startswith(OPEN)]


def test_without_saying_who_acts_no_row_of_any_table_is_seen(application):
    for name, held in protected(application).items():
        if held:
            assert seen(application, name) == 0, name
    application.rollback()


CONTEXTS = st.tuples(
    st.sampled_from(["", "none", "own", "municipality", "all", "ALL", "own ", "'; --"]),
    st.sampled_from([*ORGANISATIONS, "", str(uuid.UUID(int=99)), "not a key", "%"]),
    st.sampled_from(PLACES),
)


def seen_by(application, context):
    """Give whose rows a context shows."""
    told(application, *context)
    rows = application.execute("SELECT organisation_id FROM vault_sealedidentity").fetchall()
    application.rollback()
    return {str(key) for (key,) in rows}


def allowed_to(context):
    """Give whose rows a context may show."""
    scope, organisation, _ = context
    if scope == "all":
        return set(ORGANISATIONS)
    return {organisation} & set(ORGANISATIONS) if scope in {"own", "municipality"} else set()


QUICK = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(context=CONTEXTS)
def test_a_scope_shows_its_own_rows_and_no_foreign_one(application, context):
    assert seen_by(application, context) == allowed_to(context)


@pytest.mark.slow
def test_ten_thousand_contexts_show_no_foreign_row(application):
    seen_contexts = 0

    @LONG
    @given(context=CONTEXTS, again=st.integers(0, 10**9))
    def walk(context, again):
        nonlocal seen_contexts
        seen_contexts += 1
        assert seen_by(application, context) == allowed_to(context)

    walk()
    assert seen_contexts >= 10_000


@pytest.mark.parametrize(
    "act",
    [
        "INSERT INTO vault_sealedidentity (id, organisation_id, key_id, wrapped_key, fields,"
        " sealed_at) VALUES (gen_random_uuid(), %s, 'k', 'x', '{}', now())",
        "UPDATE vault_sealedidentity SET organisation_id = %s",
    ],
)
def test_nothing_is_written_into_another_organisation(application, act):
    told(application, "own", ORGANISATIONS[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(act, [ORGANISATIONS[1]])
    application.rollback()


def test_foreign_rows_are_neither_changed_nor_deleted(application):
    told(application, "own", ORGANISATIONS[0])
    changed = application.execute("UPDATE vault_sealedidentity SET key_id = 'mine'").rowcount
    deleted = application.execute("DELETE FROM vault_sealedidentity").rowcount
    application.rollback()
    assert (changed, deleted) == (1, 1)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit_auditentry SET act = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "DELETE FROM audit_audithead",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "ALTER TABLE vault_sealedidentity DISABLE ROW LEVEL SECURITY",
        "DROP POLICY within_scope ON vault_sealedidentity",
        "CREATE TABLE own (id int)",
        "DELETE FROM django_migrations",
    ],
)
def test_the_service_cannot_take_its_own_walls_down(application, act):
    told(application, "all")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(act)
    application.rollback()


def test_who_acts_is_forgotten_with_the_transaction(application):
    told(application, "all")
    assert seen(application) == 10
    application.commit()
    assert seen(application) == 0
    application.rollback()


SERVE = """
from slachtoffermonitor.service.operation.environment import set_up_django
from slachtoffermonitor.service.operation.serving import refuse_unsafe_role
set_up_django()
refuse_unsafe_role()
"""


def test_the_service_does_not_start_as_a_superuser(server):
    done = subprocess.run(
        [sys.executable, "-c", SERVE],
        env=environment(server.address("postgres")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "row-level security does not hold" in done.stderr


BACKUP = """
import json, sys
from click.testing import CliRunner
from slachtoffermonitor.cli import root
done = CliRunner().invoke(root, ["manage", sys.argv[1], sys.argv[2]], standalone_mode=False)
print(json.dumps([done.output, str(done.exception or "")]))
"""


def test_a_backup_restores_into_an_empty_database_with_its_walls(server, application, tmp_path):
    copy = tmp_path / "copy.backup"
    server.sql(f"CREATE DATABASE again OWNER {_postgres.OWNER}", "postgres")
    outcomes = []
    for act, database in (("backup", "monitor"), ("restore", "again"), ("restore", "again")):
        done = subprocess.run(
            [sys.executable, "-c", BACKUP, act, str(copy)],
            env=environment(
                server.address(_postgres.OWNER, database),
                PATH=f"{server.bin}:{os.environ['PATH']}",
            ),
            capture_output=True,
            text=True,
            check=True,
        )
        outcomes.append(json.loads(done.stdout.splitlines()[-1]))
    made, restored, again = outcomes
    assert made[1] == ""
    assert restored == made
    assert "not empty" in again[1]
    with psycopg.connect(server.address(_postgres.OWNER, "again")) as connection:
        assert seen(connection) == 0
        told(connection, "all")
        assert seen(connection) == 10
        assert protected(connection) == protected(application)
    application.rollback()

"""The head of the chain, and the triggers that let entries be added and nothing else."""

from typing import Any, ClassVar

from django.db import migrations

from slachtoffermonitor.service.accounts.row_security import only_on

_TABLE = "audit_auditentry"
_REFUSAL = "the audit trail is appended to, never changed"


def _set_head(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    apps.get_model("audit", "AuditHead").objects.create(id=1, position=0, digest="0" * 64)


def _on_sqlite(act: str) -> str:
    return (
        f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


_POSTGRESQL = (
    f"CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    f"CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY",
    f"ALTER TABLE {_TABLE} FORCE ROW LEVEL SECURITY",
    # Whoever acts, adds; only who sees everything reads.
    f"CREATE POLICY anybody_adds ON {_TABLE} FOR INSERT WITH CHECK (true)",
    f"CREATE POLICY read_within_scope ON {_TABLE} FOR SELECT "
    "USING (current_setting('monitor.scope', true) = 'all')",
)


class Migration(migrations.Migration):
    """Append only from here on."""

    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [
        migrations.RunPython(_set_head, migrations.RunPython.noop),
        only_on(
            "sqlite",
            [_on_sqlite("UPDATE"), _on_sqlite("DELETE")],
            ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
        ),
        only_on("postgresql", _POSTGRESQL, ["DROP FUNCTION audit_refuse CASCADE"]),
    ]

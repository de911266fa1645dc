"""What the application's own role may do in PostgreSQL: its work, and nothing of the owner's."""

from __future__ import annotations

from django.db import connection
from psycopg import sql

__all__ = ["grant_application_role"]

_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    # The trail is added to; its head is moved; tables are the owner's to change.
    "REVOKE UPDATE, DELETE ON audit_auditentry FROM {role}",
    "REVOKE INSERT, DELETE ON audit_audithead FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


def grant_application_role(role: str) -> bool:
    """Give the role with which the service connects what its work needs.

    Run as the owner of the tables after every migration. Does nothing on SQLite.

    Returns:
        Whether anything was granted.

    """
    if connection.vendor != "postgresql" or not role:
        return False
    with connection.cursor() as cursor:
        for statement in _GRANTS:
            cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))
    return True

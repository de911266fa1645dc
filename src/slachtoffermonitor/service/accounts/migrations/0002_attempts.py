"""The table in which attempts to sign in are counted."""

from typing import Any, ClassVar

from django.core.management import call_command
from django.db import migrations


def _make(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Attempts are counted in one place, whatever the number of workers."""

    dependencies: ClassVar = [("accounts", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(_make, migrations.RunPython.noop)]

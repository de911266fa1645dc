"""An identity is seen by its own organisation, and by who sees everything."""

from typing import ClassVar

from django.db import migrations

from slachtoffermonitor.service.accounts.row_security import protect_rows


class Migration(migrations.Migration):
    """The second wall of the vault."""

    dependencies: ClassVar = [("vault", "0001_initial")]
    operations: ClassVar = [protect_rows("vault_sealedidentity")]

"""Until when the password counts that somebody was given."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """People who are there already keep the password that they have."""

    dependencies: ClassVar = [("accounts", "0002_attempts")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="user",
            name="first_password_until",
            field=models.DateTimeField(editable=False, null=True),
        )
    ]

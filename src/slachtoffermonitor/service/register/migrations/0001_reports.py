"""Tables of the register, as Django wrote them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the register."""

    initial = True
    dependencies = [("accounts", "0001_initial"), ("vault", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved", models.JSONField()),
                ("made_by", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("undone_by", models.CharField(blank=True, max_length=60)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "emptied",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="register.person",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="register.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reporter", models.CharField(max_length=20)),
                ("own_reference", models.CharField(blank=True, max_length=40)),
                ("received_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("reported_on", models.DateField(db_index=True)),
                ("purpose", models.CharField(max_length=20)),
                ("content", models.CharField(max_length=20)),
                ("age", models.CharField(max_length=20)),
                ("basis", models.CharField(max_length=20)),
                ("light", models.CharField(max_length=5)),
                ("rules_version", models.CharField(max_length=20)),
                ("rule_set", models.CharField(max_length=20)),
                ("rule", models.CharField(max_length=60)),
                ("minors", models.CharField(max_length=20)),
                ("contested_ground", models.BooleanField(default=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("NEW", "new"),
                            ("ACCEPTED", "accepted"),
                            ("WITHDRAWN", "withdrawn"),
                            ("EXPIRED", "expired"),
                        ],
                        default="NEW",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "identity",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedidentity",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="register.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at"],
            },
        ),
    ]

"""Tables of care (requests), as Django wrote them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of requests."""

    dependencies = [
        ("accounts", "0002_attempts"),
        ("register", "0006_walls"),
        ("vault", "0002_row_security"),
    ]
    operations = [
        migrations.CreateModel(
            name="HelpRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("municipality", models.CharField(max_length=6)),
                ("age", models.CharField(max_length=20)),
                ("turns_18_in", models.DateField(null=True)),
                ("sex", models.CharField(max_length=20)),
                ("language", models.CharField(blank=True, max_length=20)),
                ("wanted_place", models.CharField(max_length=20)),
                ("speciality", models.CharField(max_length=20)),
                ("requested_on", models.DateField(db_index=True)),
                ("urgency", models.CharField(max_length=20)),
                ("urgency_reason", models.CharField(max_length=20)),
                ("triaged_on", models.DateField(null=True)),
                ("ended_on", models.DateField(db_index=True, null=True)),
                ("end_reason", models.CharField(blank=True, max_length=20)),
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
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="register.report",
                    ),
                ),
            ],
            options={
                "ordering": ["requested_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="HelpGround",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("basis", models.CharField(max_length=20)),
                ("light", models.CharField(max_length=5)),
                ("rules_version", models.CharField(max_length=20)),
                ("rule_set", models.CharField(max_length=20)),
                ("rule", models.CharField(max_length=60)),
                ("form", models.CharField(max_length=20)),
                ("given_on", models.DateField(null=True)),
                ("text_id", models.CharField(blank=True, max_length=60)),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("officer", models.CharField(blank=True, max_length=120)),
                ("office", models.CharField(blank=True, max_length=120)),
                ("decided_on", models.DateField(null=True)),
                ("of_the_report", models.BooleanField(default=False)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=60)),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ground",
                        to="care.helprequest",
                    ),
                ),
            ],
        ),
    ]

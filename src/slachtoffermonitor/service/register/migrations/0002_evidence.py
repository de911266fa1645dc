"""Tables of the register, as Django wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the register."""

    dependencies = [("register", "0001_reports")]
    operations = [
        migrations.CreateModel(
            name="OfficerDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("officer", models.CharField(max_length=120)),
                ("office", models.CharField(max_length=120)),
                ("decided_on", models.DateField()),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decision",
                        to="register.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatchCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("probability", models.FloatField()),
                ("private", models.BooleanField(default=False)),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("OPEN", "to be decided"),
                            ("SAME", "one person"),
                            ("DIFFERENT", "two persons"),
                        ],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="register.report",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="candidates",
                        to="register.report",
                    ),
                ),
            ],
            options={
                "ordering": ["-probability"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("form", models.CharField(max_length=20)),
                ("given_on", models.DateField()),
                ("text_id", models.CharField(max_length=60)),
                ("text_sha256", models.CharField(max_length=64)),
                ("document_sha256", models.CharField(blank=True, max_length=64)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=60)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="register.report",
                    ),
                ),
            ],
            options={
                "ordering": ["given_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReportVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", models.CharField(max_length=60)),
                ("facts", models.JSONField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="register.report",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
    ]

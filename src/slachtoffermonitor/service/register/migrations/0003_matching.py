"""Tables of the register, as Django wrote them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of the register."""

    dependencies = [("register", "0002_evidence")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reporter", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("month", models.DateField()),
                ("age_band", models.CharField(max_length=20)),
                ("form", models.CharField(max_length=20)),
                ("region", models.CharField(blank=True, max_length=40)),
                ("persons", models.PositiveIntegerField(default=1)),
                ("origin", models.CharField(default="COUNTED", max_length=20)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tallies",
                "ordering": ["-month", "reporter"],
            },
        ),
        migrations.CreateModel(
            name="TokenRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key_id", models.CharField(max_length=80)),
                ("row", models.BinaryField()),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="register.report",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("own_reference", ""), _negated=True),
                fields=("organisation", "own_reference", "purpose"),
                name="one_report_of_a_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchcandidate",
            constraint=models.UniqueConstraint(
                fields=("report", "other"), name="one_candidate_of_a_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(
                fields=("report", "number"), name="one_version_of_a_number"
            ),
        ),
        migrations.CreateModel(
            name="RuleChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minors", models.CharField(max_length=20)),
                ("contested_ground", models.BooleanField(default=False)),
                ("jurist", models.CharField(max_length=120)),
                ("chosen_on", models.DateField()),
                ("chosen_by", models.CharField(max_length=60)),
            ],
            options={
                "ordering": ["-chosen_on", "-id"],
            },
        ),
    ]

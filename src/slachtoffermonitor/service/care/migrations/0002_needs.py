"""Tables of care (needs), as Django wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of needs."""

    dependencies = [("care", "0001_requests")]
    operations = [
        migrations.CreateModel(
            name="CareEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ASKED", "Help requested"),
                            ("TRIAGED", "Urgency judged"),
                            ("WAITING", "Waiting"),
                            ("TURNS_18", "Month of turning 18 given"),
                            ("OFFER_ASKED", "Provider asked"),
                            ("OFFERED", "Place offered"),
                            ("DECLINED", "Provider declined"),
                            ("TAKEN", "Victim accepted the place"),
                            ("REFUSED", "Victim declined the place"),
                            ("CANCELLED", "Offer taken back"),
                            ("STARTED", "Help began"),
                            ("STOPPED", "Help ended"),
                            ("HANDED", "Hand-over offered"),
                            ("HAND_OVER_TAKEN", "Hand-over accepted"),
                            ("HAND_OVER_DECLINED", "Hand-over declined"),
                            ("ENDED", "Request ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on", models.DateField()),
                ("code", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("made_by", models.CharField(max_length=60)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="care.helprequest",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("care_type", models.CharField(max_length=20)),
                ("started_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=20)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="care.helprequest",
                    ),
                ),
            ],
            options={
                "ordering": ["care_type"],
            },
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.UniqueConstraint(
                fields=("request", "care_type"), name="one_need_of_a_type"
            ),
        ),
    ]

"""Tables of care (offers), as Django wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of offers."""

    dependencies = [("care", "0003_supply")]
    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ASKED", "asked"),
                            ("OFFERED", "offered"),
                            ("TAKEN", "accepted by the victim"),
                            ("PLACED", "placed"),
                            ("ENDED", "ended"),
                            ("DECLINED", "declined by the provider"),
                            ("REFUSED", "declined by the victim"),
                            ("CANCELLED", "taken back"),
                        ],
                        default="ASKED",
                        max_length=10,
                    ),
                ),
                ("asked_on", models.DateField()),
                ("answered_on", models.DateField(null=True)),
                ("decided_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("started_on", models.DateField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="care.need",
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="care.helprequest",
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="care.supply",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_on", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["ASKED", "OFFERED", "TAKEN", "PLACED"])),
                fields=("need", "supply"),
                name="one_open_offer_of_a_supply",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["TAKEN", "PLACED"])),
                fields=("need",),
                name="one_place_for_a_need",
            ),
        ),
    ]

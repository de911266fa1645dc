"""Tables of care (hand_overs), as Django wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of hand_overs."""

    dependencies = [("care", "0004_offers")]
    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=20)),
                ("to_municipality", models.CharField(blank=True, max_length=6)),
                ("offered_on", models.DateField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("OPEN", "not answered yet"),
                            ("ACCEPTED", "accepted"),
                            ("DECLINED", "declined"),
                            ("CANCELLED", "taken back"),
                        ],
                        default="OPEN",
                        max_length=10,
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("answer_reason", models.CharField(blank=True, max_length=20)),
                (
                    "to_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hand_overs",
                        to="care.helprequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-offered_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "OPEN")),
                        fields=("request",),
                        name="one_open_hand_over_of_a_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_municipality", ""), ("to_organisation__isnull", False)),
                            models.Q(
                                models.Q(("to_municipality", ""), _negated=True),
                                ("to_organisation", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_hand_over_has_one_receiver",
                    ),
                ],
            },
        ),
    ]

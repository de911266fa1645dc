"""Tables of care (supply), as Django wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tables of supply."""

    dependencies = [("care", "0002_needs")]
    operations = [
        migrations.CreateModel(
            name="Supply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("care_type", models.CharField(max_length=20)),
                ("speciality", models.CharField(max_length=20)),
                ("age", models.CharField(blank=True, max_length=20)),
                ("sex", models.CharField(blank=True, max_length=20)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
                "verbose_name_plural": "supplies",
                "ordering": ["care_type", "speciality", "age", "sex"],
            },
        ),
        migrations.CreateModel(
            name="SupplyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("places", models.PositiveIntegerField()),
                ("taken_by_others", models.PositiveIntegerField(default=0)),
                (
                    "supply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="care.supply",
                    ),
                ),
            ],
            options={
                "ordering": ["on"],
            },
        ),
        migrations.AddConstraint(
            model_name="supply",
            constraint=models.UniqueConstraint(
                fields=("organisation", "care_type", "speciality", "age", "sex"),
                name="one_supply_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplyday",
            constraint=models.UniqueConstraint(fields=("supply", "on"), name="one_word_for_a_day"),
        ),
        migrations.AddConstraint(
            model_name="supplyday",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken_by_others__lte", models.F("places"))),
                name="not_more_taken_than_there_are",
            ),
        ),
    ]

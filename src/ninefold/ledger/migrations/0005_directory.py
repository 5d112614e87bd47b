"""The key directory: listings, and where their tags stand in the tree. They only grow, as everything here."""

import django.db.models.deletion
from django.db import migrations, models

from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_time_stamps")]
    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.entry",
                    ),
                ),
                ("actor", models.CharField(max_length=100)),
                ("label", models.BinaryField(max_length=32)),
                ("number", models.PositiveIntegerField()),
                ("tag", models.BinaryField(max_length=32)),
                (
                    "ended",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="ledger.listed",
                    ),
                ),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("public", models.BinaryField(max_length=1024)),
                ("rp", models.CharField(blank=True, max_length=253)),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["actor"], name="ledger_listed_actor")],
                "constraints": [models.UniqueConstraint(fields=("label", "number"), name="ledger_listed_number")],
            },
        ),
        migrations.CreateModel(
            name="Planted",
            fields=[
                (
                    "listed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.listed",
                    ),
                ),
                (
                    "leaf",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="ledger.leaf"),
                ),
            ],
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]

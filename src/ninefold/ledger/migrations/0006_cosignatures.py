"""What witnesses signed, and their keys; both only grow."""

import django.db.models.deletion
from django.db import migrations, models

from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def leave(apps, schema_editor):
    """The triggers of a table go with it."""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_directory")]

    operations = [
        migrations.CreateModel(
            name="WitnessKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.TextField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.TextField()),
                ("time", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="ledger.checkpoint",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.witnesskey"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkpoint", "witness"), name="ledger_cosignature_once")
                ],
            },
        ),
        migrations.RunPython(install, leave),
    ]

"""What time authorities said of checkpoints."""

import django.db.models.deletion
from django.db import migrations, models

from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def leave(apps, schema_editor):
    """The triggers of a table go with it."""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_key_changes")]
    operations = [
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("authority", models.CharField(max_length=60)),
                ("time", models.DateTimeField()),
                ("response", models.BinaryField()),
                (
                    "checkpoint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.checkpoint"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("checkpoint", "authority"), name="ledger_timestamp_once")
                ],
            },
        ),
        migrations.RunPython(install, leave),
    ]

"""The notes by which one key of the log names the next."""

import django.db.models.deletion
from django.db import migrations, models

import ninefold.ledger.models
from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def leave(apps, schema_editor):
    """The triggers of a table go with it."""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="KeyChange",
            fields=[
                ("size", ninefold.ledger.models.Serial(primary_key=True, serialize=False)),
                ("note", models.TextField()),
                (
                    "entry",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="ledger.entry"),
                ),
            ],
        ),
        migrations.RunPython(install, leave),
    ]

"""A checkpoint also remembers the one before it and the last entry; and what a restore lost is signed for."""

from django.db import migrations, models

import ninefold.ledger.models
from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def leave(apps, schema_editor):
    """The triggers of a table go with it."""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_cosignatures")]

    operations = [
        # Null in the rows of an older database: their signature does not speak of these columns.
        migrations.AddField("checkpoint", "before", models.BigIntegerField(null=True)),
        migrations.AddField("checkpoint", "entries", models.BigIntegerField(null=True)),
        migrations.AddField("checkpoint", "last", models.BinaryField(max_length=32, null=True)),
        migrations.CreateModel(
            name="Loss",
            fields=[
                ("size", ninefold.ledger.models.Serial(primary_key=True, serialize=False)),
                ("before", models.BigIntegerField()),
                ("kept", models.BigIntegerField()),
                ("time", models.DateTimeField()),
                ("signature", models.BinaryField(max_length=64)),
            ],
        ),
        migrations.RunPython(install, leave),
    ]

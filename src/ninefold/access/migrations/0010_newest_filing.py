"""On PostgreSQL, the shelves of the log by age too."""

from django.db import migrations

from ninefold.access import shelves


def make(apps, schema_editor):
    shelves.make_newest(schema_editor.connection)


def drop(apps, schema_editor):
    shelves.drop_newest(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("access", "0009_recovery")]
    operations = [migrations.RunPython(make, drop)]

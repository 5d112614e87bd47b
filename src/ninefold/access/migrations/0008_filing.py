"""An index over the log, by reader. It is filled by the worker; until then the lists are read without it."""

from django.db import migrations

from ninefold.access import shelves


def make(apps, schema_editor):
    shelves.make(schema_editor.connection)


def drop(apps, schema_editor):
    shelves.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("access", "0007_people")]
    operations = [migrations.RunPython(make, drop)]

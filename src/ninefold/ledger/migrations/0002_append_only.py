"""From here on the database itself refuses to change what was written."""

from django.db import migrations

from ninefold.ledger import append_only


def install(apps, schema_editor):
    append_only.install_first(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove_first(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]

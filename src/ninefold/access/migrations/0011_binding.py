from secrets import token_bytes

from django.db import migrations, models

import ninefold.access.models


def draw(apps, schema_editor):
    """A key for each person: a default of the column would give all of them the same."""
    person = apps.get_model("access", "Person")
    for pk in list(person.objects.values_list("pk", flat=True)):
        person.objects.filter(pk=pk).update(binding=token_bytes(32))


class Migration(migrations.Migration):
    dependencies = [("access", "0010_newest_filing")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="binding",
            field=models.BinaryField(default=ninefold.access.models.new_binding, max_length=32),
        ),
        migrations.RunPython(draw, migrations.RunPython.noop),
    ]

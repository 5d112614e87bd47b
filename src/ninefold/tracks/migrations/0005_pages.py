"""Indexes by which the organisations of a track and the ties of a situation are read a page at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracks", "0004_office_offers")]

    operations = [
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(fields=["situation", "track", "actor"], name="tracks_of_a_track"),
        ),
        migrations.AddIndex(
            model_name="tie",
            index=models.Index(fields=["situation", "id"], name="tracks_ties_in_order"),
        ),
    ]

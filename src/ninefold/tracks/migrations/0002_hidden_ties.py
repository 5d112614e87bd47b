from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Two registrars who do not see each other's ties may each enter the same one."""

    dependencies: ClassVar = [("tracks", "0001_initial")]
    operations: ClassVar = [migrations.RemoveConstraint(model_name="tie", name="tracks_one_tie_a_kind")]

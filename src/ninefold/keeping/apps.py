"""The room as Django knows it."""

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """Its name."""

    name = "ninefold.keeping"
    label = "keeping"

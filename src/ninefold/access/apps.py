"""The room as Django knows it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Its name and its listeners."""

    name = "ninefold.access"
    label = "access"

    def ready(self) -> None:
        """Listen to sign-ins and second factors; models exist only from here on."""
        from ninefold.access import receivers  # noqa: F401, PLC0415

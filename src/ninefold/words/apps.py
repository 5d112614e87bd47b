"""The room as Django knows it."""

from django.apps import AppConfig


class WordsConfig(AppConfig):
    """Its name, and our own words for what a form cannot take."""

    name = "ninefold.words"
    label = "words"

    def ready(self) -> None:
        """Forms exist only from here on."""
        from ninefold.words.corrections import correct  # noqa: PLC0415

        correct()

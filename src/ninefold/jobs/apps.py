"""The name under which Django knows this room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Tables for held jobs and fired slots."""

    name = "ninefold.jobs"
    label = "jobs"

"""The app of what belongs to all: languages, pages, template tags."""

from django.apps import AppConfig

__all__ = ["ProjectConfig"]


class ProjectConfig(AppConfig):
    """Joins the house's catalogues to Django's."""

    name = "slachtoffermonitor.service.project"
    label = "project"

    def ready(self) -> None:
        """Load the catalogues once, before the first page."""
        from slachtoffermonitor.service.project.languages import join_catalogues  # noqa: PLC0415

        join_catalogues()

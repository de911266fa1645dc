"""The app of residence."""

from django.apps import AppConfig

__all__ = ["ResidenceConfig"]


class ResidenceConfig(AppConfig):
    """Residence tracks and their events."""

    name = "slachtoffermonitor.service.residence"
    label = "residence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of persons who are forgotten at the register and in care."""
        from slachtoffermonitor.service.residence.tracking import hear_of_forgetting  # noqa: PLC0415

        hear_of_forgetting()

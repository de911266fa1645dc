"""The app of operation: addresses of health and figures; no tables."""

from django.apps import AppConfig

__all__ = ["OperationConfig"]


class OperationConfig(AppConfig):
    """Health and figures for whoever keeps the service going."""

    name = "slachtoffermonitor.service.operation"
    label = "operation"

"""The addresses of operation: is it well, and its figures."""

from django.urls import path

from slachtoffermonitor.service.operation.watching import health, metrics

__all__ = ["urlpatterns"]

urlpatterns = [
    path("health/", health, name="health"),
    path("health/metrics/", metrics, name="metrics"),
]

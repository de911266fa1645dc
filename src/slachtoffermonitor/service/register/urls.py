"""The addresses of the reporting point."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.register.api.endpoints import api

__all__ = ["urlpatterns"]

app_name = "register"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]

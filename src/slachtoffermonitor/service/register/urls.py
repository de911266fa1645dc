"""The addresses of the reporting point."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.register.api.endpoints import api
from slachtoffermonitor.service.register.pages import asking, reporting, uploading

__all__ = ["urlpatterns"]

app_name = "register"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("may-i-report/", asking.ask, name="ask"),
    path("report/", reporting.start, name="start"),
    path("report/many/", uploading.upload, name="upload"),
    path("report/many/template/", uploading.template_file, name="template"),
    path("report/begin/", reporting.begin, name="begin"),
    path("report/<uuid:report_id>/", reporting.report, name="report"),
    path("report/draft/<uuid:draft_id>/later/", reporting.save_for_later, name="save_for_later"),
    path("report/draft/<uuid:draft_id>/destroy/", reporting.throw_away, name="throw_away"),
    path("report/draft/<uuid:draft_id>/<slug:name>/", reporting.question, name="question"),
]

"""The addresses of the reporting point."""

from django.urls import URLPattern, URLResolver, path

from slachtoffermonitor.service.register.api.endpoints import api
from slachtoffermonitor.service.register.pages import (
    asking,
    choosing,
    desk,
    reporting,
    silence,
    uploading,
    victim,
)

__all__ = ["urlpatterns"]

app_name = "register"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("may-i-report/", asking.ask, name="ask"),
    path("my-report/", victim.own_report, name="own_report"),
    path("register/", desk.inbox, name="inbox"),
    path("register/rules/", choosing.choose_rules, name="choose_rules"),
    path("register/silence/", silence.silent_reporters, name="silence"),
    path("register/duplicates/", desk.seek, name="seek"),
    path("register/pair/<int:pair_id>/", desk.pair, name="pair"),
    path("register/merge/<int:merge_id>/undo/", desk.undo, name="undo"),
    path("register/<uuid:report_id>/", desk.case, name="case"),
    path("register/<uuid:report_id>/accept/", desk.accept, name="accept"),
    path("register/<uuid:report_id>/withdraw/", desk.end_consent, name="end_consent"),
    path("report/", reporting.start, name="start"),
    path("report/many/", uploading.upload, name="upload"),
    path("report/many/template/", uploading.template_file, name="template"),
    path("report/begin/", reporting.begin, name="begin"),
    path("report/<uuid:report_id>/", reporting.report, name="report"),
    path("report/draft/<uuid:draft_id>/later/", reporting.save_for_later, name="save_for_later"),
    path("report/draft/<uuid:draft_id>/destroy/", reporting.throw_away, name="throw_away"),
    path("report/draft/<uuid:draft_id>/<slug:name>/", reporting.question, name="question"),
]

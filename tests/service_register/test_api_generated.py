"""Requests made up from the interface's own description: none may break it."""

import os

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings

from slachtoffermonitor.service.accounts.clients import make_client_key
from slachtoffermonitor.service.register.api.endpoints import api

pytestmark = pytest.mark.django_db
SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
# The rules of law and of registration are no shapes: a request of the right shape may be refused.
NOT_HELD_TO = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
ANSWERS = {200, 201, 404, 409, 422}


def sent_cases(key, method, path, count):
    """Send as many requests as asked, good ones and bad ones, and give what they answered."""
    application = get_wsgi_application()
    answers = []

    @given(case=SCHEMA[path][method].as_strategy())
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case):
        headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}
        case.headers = {name: str(value) for name, value in headers.items()}
        answer = case.call(app=application, base_url="https://testserver")
        answers.append(answer.status_code)
        assert answer.status_code in ANSWERS, (answer.status_code, answer.text[:300])
        case.validate_response(answer, excluded_checks=NOT_HELD_TO)

    send()
    return answers


OPERATIONS = [
    ("GET", "/api/v1/may-report"),
    ("GET", "/api/v1/consent-texts"),
    ("POST", "/api/v1/reports"),
    ("GET", "/api/v1/reports/{report_id}"),
    ("POST", "/api/v1/reports/{report_id}/withdrawal"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[path for _, path in OPERATIONS])
def test_made_up_requests_are_answered(method, path, police, officer):
    key = make_client_key(police, "made up", actor=officer)[1]
    count = int(os.environ.get("MONITOR_CASES", "12"))
    answers = sent_cases(key, method, path, count)
    assert len(answers) >= min(count, 10)

"""The same offices as care, with a track of a report of the police."""

import pytest
from tests.service_care.conftest import (  # noqa: F401 - fixtures of these tests too
    acting_for_the_service,
    coordinator,
    help_request,
    neighbour,
    officer,
    other_shelter,
    police_report,
    registrar,
    today,
)

from slachtoffermonitor.service.residence.tracking import open_track


@pytest.fixture
def track(police_report, officer):  # noqa: F811
    return open_track(report=police_report, actor=officer)

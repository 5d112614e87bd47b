"""Every operation of the API answers as its description says, whatever is sent to it."""

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
MANY = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


@pytest.fixture
def one_connection():
    """The program closes its connection after each request; here that would end the test's own transaction."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def operations(prepared, one_connection):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("holder", ["teya-orvane", "hobren-tolvane", None])
def test_operations_keep_their_description(operations, token_of, holder):
    # The client that plays here unpacks no compressed answers.
    headers = {"Accept-Encoding": "identity"}
    if holder:
        headers["Authorization"] = f"Bearer {token_of(holder)}"
    assert len(operations) > 12
    for operation in operations:

        @MANY
        @given(case=operation.as_strategy())
        def keeps(case):
            case.call_and_validate(headers=headers, checks=CHECKS)

        keeps()

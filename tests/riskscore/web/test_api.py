"""The API for programs: described as it is, paged to the end, with problems for errors."""

import re
import warnings
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from riskscore.web.api.cargo import ITEM as ITEM_PATH
from riskscore.web.api.shapes import cursor_at, place_of
from tests.riskscore.desk.made_queue import TODAY, UNIT, key
from tests.riskscore.web.site import PASSWORD, Site

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

ITEMS = f"/api/v1/units/{UNIT}/days/{TODAY}/items"
ITEM = f"{ITEMS}/{key().voyage_id}/{key().container_number}"
TOKEN = "a-token-of-this-call"


UNASKED = [ignored_auth, positive_data_acceptance]
"""Headers are given with every case; what makes sense (a past day, a known code) is more than a type can say."""
LEFT_OUT = {"/api/v1/sessions/current", "/api/v1/me/password"}
"""They end the session that the other calls need."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anna", "engineer"])
def test_every_call_answers_as_it_is_described(site: Site, name: str) -> None:
    """Bounded: a few examples a call, made by schemathesis from our own description."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site.app)
    headers = {"Authorization": f"Bearer {site.tokens[name]}"}
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path not in LEFT_OUT:
            _hold(operation, headers)


def _hold(operation: Any, headers: dict[str, str]) -> None:
    """Hold one call to its description, whatever is sent."""

    @given(case=operation.as_strategy())
    @settings(max_examples=4, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=UNASKED)

    holds()


@pytest.mark.slow
def test_calls_that_follow_each_other_answer_as_they_are_described(site: Site) -> None:
    """Bounded: a few walks from a list, over the links of the description, to a container and to work on it."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site.app)
    walked = schema.include(path_regex="/items")
    reached = Counter[tuple[str, int]]()

    class Walk(walked.as_state_machine()):  # type: ignore[misc] # made at run time
        """One program that goes from call to call."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            """Send the officer's token with every call, and ask for a list that is there."""
            if case.operation.path.endswith("/items"):
                case.path_parameters, case.query = {"unit": UNIT, "day": str(TODAY)}, {}
            return {"headers": {"Authorization": f"Bearer {site.tokens['anna']}"}}

        def validate_response(self, response: Any, case: Any, **given: Any) -> None:
            """Hold the answer to its description, and note how far it led."""
            reached[case.operation.path.removeprefix("/api/v1"), response.status_code] += 1
            case.validate_response(response, excluded_checks=UNASKED, headers=self.get_call_kwargs(case)["headers"])

    Walk.run(
        settings=settings(
            max_examples=4,
            stateful_step_count=4,
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )
    assert reached[ITEM_PATH, 200], "a link led to a container that is there"
    assert any(path == f"{ITEM_PATH}/actions" for path, _ in reached)


@pytest.mark.parametrize("body", [b"\x87\x12O\xff", b'{"action": "cl'])
def test_a_body_that_cannot_be_read_is_refused_with_the_next_step(site: Site, body: bytes) -> None:
    answer = site.program("anna").post(f"{ITEM}/actions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert re.search("Send it again, whole|Correct it", answer.json()["detail"])


PLACES = {"unit": UNIT, "day": str(TODAY), "voyage_id": key().voyage_id, "container_number": key().container_number}
QUERIES = {
    "/api/v1/search": {"q": "MSCU"},
    "/api/v1/units/{unit}/figures": {"first": str(TODAY), "last": str(TODAY)},
    "/api/v1/units/{unit}/open-ends": {"until": str(TODAY)},
}
OF_THE_LAKE = {"/api/v1/units/{unit}/days/{day}/voyages", "/api/v1/units/{unit}/days/{day}/voyages/{voyage_id}"}
"""There are no voyages without a lake; `tests/riskscore/desk/test_small_world.py` reads them."""


def test_what_is_there_is_given_as_it_is_described(site: Site) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site.app)
    given, wanted = set[str](), set[str]()
    for name in ("anna", "boss", "engineer", "auditor"):
        headers = {"Authorization": f"Bearer {site.tokens[name]}"}
        for operation in (result.ok() for result in schema.get_all_operations()):
            if operation.method.upper() != "GET":
                continue
            wanted.add(operation.path)
            named = {one: PLACES[one] for one in PLACES if f"{{{one}}}" in operation.path}
            case = operation.Case(path_parameters=named, query=QUERIES.get(operation.path, {}))
            if case.call_and_validate(headers=headers, excluded_checks=UNASKED).status_code == 200:
                given.add(operation.path)
    assert wanted - given == OF_THE_LAKE


def test_a_list_is_read_page_by_page_to_its_end(site: Site) -> None:
    program = site.program("anna")
    read, cursor = [], ""
    while cursor is not None:
        part = program.get(ITEMS, params={"limit": 3, "cursor": cursor}).json()
        read += [row["position"] for row in part["items"]]
        cursor = part["next_cursor"]
    assert read == list(range(1, 9))


@pytest.mark.parametrize("cursor", ["x", "YWZ0ZXI6LTE", "YWZ0ZXI6eA", "🐟"])
def test_a_cursor_of_nobody_is_refused(site: Site, cursor: str) -> None:
    assert site.program("anna").get(ITEMS, params={"cursor": cursor}).status_code == 422


def test_cursors_lead_back_to_their_place() -> None:
    assert [place_of(cursor_at(place)) for place in (0, 1, 99_999)] == [0, 1, 99_999]


def test_an_action_is_done_once_and_another_officer_is_told(site: Site) -> None:
    anna, ben = site.program("anna"), site.program("ben")
    claim = {"action": "claim", "token": TOKEN}
    first = anna.post(f"{ITEM}/actions", json=claim)
    again = anna.post(f"{ITEM}/actions", json=claim)
    late = ben.post(f"{ITEM}/actions", json=claim)
    assert (first.status_code, again.status_code, late.status_code) == (200, 200, 409)
    assert (first.json()["was_done_before"], again.json()["was_done_before"]) == (False, True)
    assert first.json()["key"] == dict(key()._asdict(), day=str(TODAY))
    assert late.headers["content-type"] == "application/problem+json"
    assert "anna" in late.json()["detail"]


def test_an_outcome_for_a_released_item_is_refused_plainly(site: Site) -> None:
    anna = site.program("anna")
    for number, body in enumerate([{"action": "claim"}, {"action": "release", "reason": "documents_in_order"}]):
        assert anna.post(f"{ITEM}/actions", json={**body, "token": f"{TOKEN}-{number}"}).status_code == 200
    outcome = {"action": "record_outcome", "method": "xray", "result": "nothing", "examined_at": "2026-05-04T09:00"}
    answer = anna.post(f"{ITEM}/actions", json={**outcome, "token": f"{TOKEN}-9"})
    assert answer.status_code == 409
    assert answer.json()["detail"].endswith("Load the page again.")


def test_a_program_logs_in_and_out(site: Site) -> None:
    street = site.browser()
    given = street.post("/api/v1/sessions", json={"name": "anna", "password": PASSWORD})
    headers = {"authorization": f"Bearer {given.json()['token']}"}
    assert given.status_code == 201
    assert street.get("/api/v1/me", headers=headers).json()["unit"] == UNIT
    assert street.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    assert street.get("/api/v1/me", headers=headers).status_code == 401
    assert street.post("/api/v1/sessions", json={"name": "anna", "password": "no"}).status_code == 401

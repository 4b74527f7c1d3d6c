"""When the database stops: the list last seen can be read by who saw it, and by nobody else."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from riskscore.errors import DeskClosedError
from riskscore.web.last_seen import KEPT_SECONDS, KEPT_SESSIONS, LastSeen
from tests.riskscore.desk.made_queue import ANNA, BEN, TODAY, UNIT, key
from tests.riskscore.web.site import Site, words

OWN = f"/lists/{UNIT}/{TODAY}"


@pytest.fixture
def stopped(site: Site) -> Iterator[Site]:
    """A site whose database stops after anna has seen her list."""
    assert site.browser("anna").get(OWN).status_code == 200
    closed = DeskClosedError("The database does not answer. Try again in a minute; nothing was lost.")
    with patch("riskscore.desk.officer_of", side_effect=closed):
        yield site


def test_the_list_last_seen_is_readable_and_cannot_be_worked(stopped: Site) -> None:
    answer = stopped.browser("anna").get(OWN)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert key().container_number in words(answer.text)
    assert "nothing can be changed now" in words(answer.text)
    assert "/claim" not in answer.text
    assert 'id="claim-selected"' not in answer.text


@pytest.mark.parametrize("name", ["ben", "stranger", "auditor", "engineer", ""])
def test_nobody_else_sees_it(stopped: Site, name: str) -> None:
    answer = stopped.browser(name).get(OWN)
    assert answer.status_code == (503 if name else 303)
    assert "MSCU" not in answer.text


@pytest.mark.parametrize("path", ["/search?q=MSCU", "/account", f"{OWN}/{key().voyage_id}/{key().container_number}"])
def test_other_pages_say_that_nothing_was_lost(stopped: Site, path: str) -> None:
    answer = stopped.browser("anna").get(path)
    assert answer.status_code == 503
    assert "Nothing was lost." in words(answer.text)


def test_programs_get_a_problem(stopped: Site) -> None:
    answer = stopped.program("anna").get("/api/v1/units")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_defect_shows_its_number_and_nothing_else(site: Site) -> None:
    with patch("riskscore.desk.day_list", side_effect=ValueError("Secret Trading Ltd")):
        answer = site.browser("anna").get(OWN)
    assert answer.status_code == 500
    assert "on record as" in words(answer.text)
    assert "Secret" not in answer.text


def test_what_was_seen_is_forgotten_in_time(site: Site) -> None:
    now = [0.0]
    seen = LastSeen(clock=lambda: now[0])
    page = object()
    for number in range(KEPT_SESSIONS + 1):
        seen.keep(f"session {number}", BEN, page, page)  # type: ignore[arg-type]  # it is only kept
    assert seen.of("session 0") is None
    assert seen.of("session 1")
    seen.keep("anna's", ANNA, page, page)  # type: ignore[arg-type]  # it is only kept
    seen.forget_account("ben")
    assert seen.of("session 9") is None
    assert seen.of("anna's")
    now[0] = KEPT_SECONDS + 1
    assert seen.of("anna's") is None


def test_health_tells_nothing_but_health(site: Site) -> None:
    answer = site.browser().get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "checks": {"database": "ok", "lake": "ok"}}


def test_health_fails_where_the_database_is_gone(site: Site) -> None:
    (site.counter.settings.home / "riskscore.db").unlink()
    answer = site.browser().get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "checks": {"database": "failing", "lake": "ok"}}

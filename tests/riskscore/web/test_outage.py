"""A real PostgreSQL stops under the desk, and comes back: what officers see meanwhile, and that they can go on."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore.desk import Desk
from riskscore.settings import Settings
from riskscore.store.connecting import connected
from riskscore.store.database import engine_of
from riskscore.store.rights import Role, role_statements
from riskscore.store.schema import upgrade
from tests.conftest import UNITS
from tests.postgres import DURABLE, Postgres, is_installed, postgres_server
from tests.riskscore.desk.made_queue import TODAY, UNIT, Hands, desk_with_queues, key
from tests.riskscore.web.site import ADDRESS, Site, csrf_in, settle, words

OWN = f"/lists/{UNIT}/{TODAY}"
CONTAINER = f"{OWN}/{key().voyage_id}/{key().container_number}"


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of the test's own, to be stopped."""
    if not is_installed():
        pytest.skip("no PostgreSQL on this machine: `apt-get install postgresql`")
    with postgres_server(DURABLE) as started:
        yield started


@pytest.fixture
def site(server: Postgres, tmp_path: Path) -> Iterator[Site]:
    """A desk that logs in with its own role, over queues made by hand."""
    name = server.make_database()
    for statement in role_statements(UNITS):
        server.execute(statement, database=name)
    engine = connected(server.address(name))
    upgrade(engine)
    engine.dispose()
    given = {"home": tmp_path / "home", "today": TODAY, "web_address": ADDRESS}
    filling = Settings(**given, database_url=server.address(name, Role.PIPELINE))
    filling.home.mkdir()
    desk_with_queues(filling)
    settings = Settings(**given, database_url=server.address(name, Role.DESK))
    settle(Desk(settings, Hands()), settings.home)
    yield Site.over(settings)
    for one in (filling, settings):
        engine_of(one.database).dispose()


@pytest.mark.slow
def test_a_shift_goes_on_where_it_was(site: Site, server: Postgres) -> None:
    anna, ben = site.browser("anna"), site.browser("ben")
    form = {"csrf": csrf_in(anna.get(CONTAINER).text), "token": "claim-before-1"}
    assert anna.post(f"{CONTAINER}/claim", data=form).status_code == 303
    assert "claimed anna" in words(anna.get(OWN).text)
    server.stop(signal.SIGQUIT)
    for _ in range(2):
        stale = anna.get(OWN)
        assert (stale.status_code, stale.headers["retry-after"]) == (503, "30")
        assert "This is the list as you last saw it" in words(stale.text)
        assert "claimed anna" in words(stale.text)
        assert "<form id=" not in stale.text
    assert key().container_number not in ben.get(OWN).text
    hold = {"csrf": form["csrf"], "token": "hold-meanwhile", "note": "papers asked for"}
    refused = anna.post(f"{CONTAINER}/hold", data=hold)
    assert refused.status_code == 503
    assert "Nothing was lost." in words(refused.text)
    assert site.program("anna").get("/api/v1/units").status_code == 503
    assert site.browser().get("/health").json()["checks"] == {"database": "failing", "lake": "ok"}
    server.start()
    assert anna.get(OWN).status_code == 200
    assert anna.post(f"{CONTAINER}/hold", data=hold).status_code == 303
    assert "held anna" in words(ben.get(OWN).text)
    assert site.browser().get("/health").status_code == 200

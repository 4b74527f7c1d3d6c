"""Rows put right at the desk: published by the desk's own role on PostgreSQL, and refused in words of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore import steps
from riskscore.desk import Desk, Officer, Role, audit_lines, feeds_page, quarantine, repair
from riskscore.desk.feeds import SetAside
from riskscore.errors import BadInputError, NoSuchItemError, NotAllowedError
from riskscore.store import rights
from riskscore.store.database import engine_of
from tests.postgres import Postgres
from tests.riskscore.desk.made_queue import AUDITOR, BOSS, ENGINEER, Hands
from tests.riskscore.steps.small_world import DAY, SmallWorld, moved

GOOD = {"hs6": "080390"}


@pytest.fixture
def on_sqlite(small_world: SmallWorld, tmp_path: Path) -> Iterator[Desk]:
    """A desk over the small world."""
    settings = small_world.copy("fill_queues", tmp_path)
    yield Desk(settings, Hands(settings.cutoff(DAY)))
    engine_of(settings.database).dispose()


@pytest.fixture
def on_postgres(on_sqlite: Desk, postgres: Postgres, postgres_database: str) -> Iterator[Desk]:
    """The same with its records in PostgreSQL, as the desk's own role, which owns nothing."""
    address = postgres.address(postgres_database)
    moved(on_sqlite.settings.database, address)
    engine_of(address).dispose()
    settings = on_sqlite.settings.model_copy(
        update={"database_url": postgres.address(postgres_database, rights.Role.DESK)}
    )
    yield Desk(settings, on_sqlite.clock)
    engine_of(settings.database).dispose()


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def desk(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    return found


def with_a_bad_code(desk: Desk) -> SetAside:
    """Return a row of the manifest that is set aside for its goods code and for nothing else."""
    open_rows = quarantine(ENGINEER, desk, feed="manifest", most=10_000)
    by_row = {one.row: [other for other in open_rows if other.row == one.row] for one in open_rows}
    return next(ones[0] for ones in by_row.values() if [one.column for one in ones] == ["hs6"])


def test_a_row_put_right_is_published_and_on_record(desk: Desk) -> None:
    wrong, before = with_a_bad_code(desk), feeds_page(ENGINEER, desk)
    done = repair(ENGINEER, desk, wrong.row, GOOD)
    assert (done.row, done.delivery_id, done.row_number) == (wrong.row, wrong.delivery_id, wrong.row_number)
    assert wrong.row not in {one.row for one in quarantine(ENGINEER, desk, most=10_000)}
    facts = steps.open_workspace(desk.settings).lake.read("consignment", columns=["delivery_id", "row_number", "hs6"])
    mine = facts[(facts["delivery_id"] == wrong.delivery_id) & (facts["row_number"] == wrong.row_number)]
    assert mine["hs6"].tolist() == ["080390"]
    after = feeds_page(ENGINEER, desk)
    manifest = [next(feed for feed in page.feeds if feed.feed == "manifest") for page in (before, after)]
    assert [manifest[1].accepted - manifest[0].accepted, manifest[1].quarantined - manifest[0].quarantined] == [1, -1]
    assert after.runs[0].step == "fix_and_replay"
    assert [one.subject for one in audit_lines(AUDITOR, desk, kind="repair")] == [f"quarantined row {wrong.row}: hs6"]
    with pytest.raises(NoSuchItemError, match=f"No row {wrong.row} is set aside"):
        repair(ENGINEER, desk, wrong.row, GOOD)


def test_what_stays_wrong_is_named_by_column_and_rule(desk: Desk) -> None:
    row = with_a_bad_code(desk).row
    with pytest.raises(BadInputError, match=r"The row is still wrong: hs6 \(code_list\)\. Correct"):
        repair(ENGINEER, desk, row, {"hs6": "999999"})
    with pytest.raises(BadInputError, match="There is no column hs_code in this feed"):
        repair(ENGINEER, desk, row, {"hs_code": "080390"})
    for caller in (BOSS, AUDITOR, Officer("anna", Role.OFFICER, "NLRTM")):
        with pytest.raises(NotAllowedError):
            repair(caller, desk, row, GOOD)
    assert with_a_bad_code(desk).row == row

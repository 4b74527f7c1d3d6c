"""Many rows at once: COPY and one prepared statement leave the same, on both databases."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from riskscore.store import bulk
from riskscore.store.columns import NUL_SHOWN
from riskscore.store.database import Base, Delivery, QuarantineRow, QueueItem, engine_of, insert_rows, transaction
from tests.riskscore.store.rows import a_delivery, a_row_set_aside, an_item

ROWS: dict[type[Base], list[dict[str, Any]]] = {
    Delivery: [a_delivery(number) for number in range(300)],
    QuarantineRow: [a_row_set_aside(number) for number in range(300)],
    QueueItem: [an_item(number) for number in range(1, 301)],
}


@pytest.fixture(params=["copied", "executed"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, database_url: str) -> str:
    """Whether rows are copied or executed; SQLite has one way only."""
    if request.param == "copied" and database_url.startswith("sqlite"):
        monkeypatch.setattr(bulk, "_copy", lambda *_: pytest.fail("SQLite has no COPY"))
    monkeypatch.setattr(bulk, "WORTH_COPYING", 1 if request.param == "copied" else 10**9)
    return str(request.param)


def stored(url: str, model: type[Base]) -> list[dict[str, Any]]:
    """Return every row of a table, in order of its key."""
    table = model.__table__
    with transaction(url) as session:
        return [dict(row._mapping) for row in session.execute(select(table).order_by(*table.primary_key))]


def expected(model: type[Base]) -> list[dict[str, Any]]:
    """Return what `stored` says of the rows: numbered, with defaults, NUL made visible in text and kept in JSON."""
    if model is Delivery:
        return [{**row, "number": number} for number, row in enumerate(ROWS[model], start=1)]
    if model is QueueItem:
        return ROWS[model]
    visible = [{**row, "raw_line": row["raw_line"].replace("\0", NUL_SHOWN)} for row in ROWS[model]]
    return [{**row, "id": number, "state": "open"} for number, row in enumerate(visible, start=1)]


@pytest.mark.parametrize("model", ROWS)
def test_what_goes_in_comes_out_numbered_in_order(database_url: str, model: type[Base]) -> None:
    with transaction(database_url) as session:
        insert_rows(session, model, ROWS[model][:200])
        insert_rows(session, model, [])
        insert_rows(session, model, ROWS[model][200:])
    assert stored(database_url, model) == expected(model)


def test_what_is_there_already_is_left_as_it_is(database_url: str) -> None:
    again = [{**row, "state": "published"} for row in ROWS[Delivery]]
    with transaction(database_url) as session:
        insert_rows(session, Delivery, ROWS[Delivery][:5], unless=["delivery_id"])
        insert_rows(session, Delivery, [*again[:10], again[9]], unless=["delivery_id"])
    found = stored(database_url, Delivery)
    assert [row["delivery_id"] for row in found] == [row["delivery_id"] for row in again[:10]]
    assert [row["state"] for row in found] == ["landed"] * 5 + ["published"] * 5


def test_a_row_that_cannot_stand_beside_the_others_undoes_all_and_is_not_quoted(database_url: str) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction(database_url) as session:
        insert_rows(session, QueueItem, [*ROWS[QueueItem][:50], ROWS[QueueItem][3]])
    assert ROWS[QueueItem][3]["container_number"] not in f"{refusal.value} {refusal.value.orig}"
    assert stored(database_url, QueueItem) == []


def test_what_a_session_holds_is_written_before(database_url: str) -> None:
    with transaction(database_url) as session:
        session.add(Delivery(**ROWS[Delivery][0]))
        insert_rows(session, Delivery, ROWS[Delivery][1:3])
    assert [row["number"] for row in stored(database_url, Delivery)] == [1, 2, 3]


def test_twice_in_one_transaction_and_after_an_error(database_url: str) -> None:
    with transaction(database_url) as session:
        insert_rows(session, Delivery, ROWS[Delivery][:1])
        with pytest.raises(IntegrityError), session.begin_nested():
            insert_rows(session, Delivery, ROWS[Delivery][:1])
        insert_rows(session, Delivery, ROWS[Delivery][1:2])
    assert len(stored(database_url, Delivery)) == 2
    assert engine_of(database_url).pool.checkedout() == 0  # type: ignore[attr-defined]  # a queue of connections counts them

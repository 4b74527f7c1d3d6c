"""The desk on PostgreSQL: the same answers, and the database itself keeps units apart."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from riskscore.desk import (
    Desk,
    Officer,
    Role,
    View,
    accounts,
    act,
    add_account,
    audit_lines,
    change_password,
    day_list,
    first_account,
    log_in,
    log_out,
    neighbours,
    officer_of,
    officers_of,
    referrals,
    search,
)
from riskscore.desk.audit import put_on_record
from riskscore.desk.door import session_for
from riskscore.errors import DatabaseRightsError, TakenError
from riskscore.queues.workflow import Claim, HandOver, RecordOutcome, Refer, SendForInspection
from riskscore.store.database import QueueEvent, QueueItem
from riskscore.store.desk_records import AuditRecord, OutcomeRecord, SearchTerm
from tests.riskscore.desk.made_queue import ANNA, AUDITOR, BOSS, NOW, OTHER, STRANGER, TODAY, UNIT, key


def test_a_shift_is_worked_on_postgresql(guarded_desk: Desk) -> None:
    desk = guarded_desk
    password = first_account(desk)
    assert password
    assert first_account(desk) is None
    admin = log_in(desk, "admin", password, address="127.0.0.1")
    change_password(admin.officer, desk, old=password, new="correct horse battery", keep_token=admin.token)
    keeper = officer_of(desk, admin.token)
    assert keeper is not None
    add_account(keeper, desk, name="anna", role="officer", unit=UNIT)
    add_account(keeper, desk, name="ben", role="officer", unit=UNIT)
    assert [one.name for one in accounts(keeper, desk)] == ["admin", "anna", "ben"]
    assert [row.position for row in day_list(ANNA, desk, UNIT, TODAY, View()).rows] == list(range(1, 9))
    assert neighbours(ANNA, desk, key(2), View()).next == key(3)
    assert search(ANNA, desk, "bol-00002")[0].key == key(2)
    act(ANNA, desk, key(), Claim(), token="claim-0001")
    act(BOSS, desk, key(), HandOver("ben"), token="hand-over-1")
    assert officers_of(BOSS, desk, UNIT) == ("anna", "ben")
    act(ANNA, desk, key(2), Claim(), token="claim-0002")
    act(ANNA, desk, key(2), SendForInspection(), token="send-00002")
    done = act(ANNA, desk, key(2), RecordOutcome("xray", "nothing", NOW), token="found-0002")
    assert (done.state, done.version) == ("examined", 3)
    act(ANNA, desk, key(3), Claim(), token="claim-0003")
    act(ANNA, desk, key(3), Refer(OTHER, "their_case"), token="refer-0003")
    assert [one.key for one in referrals(STRANGER, desk, OTHER)] == [key(3)]
    assert "login" in {line.kind for line in audit_lines(AUDITOR, desk)}
    log_out(desk, admin.token)
    assert officer_of(desk, admin.token) is None


def test_the_database_shows_a_unit_its_own_rows_whatever_is_asked(guarded_desk: Desk) -> None:
    desk = guarded_desk
    act(ANNA, desk, key(), Claim(), token="claim-0001")
    act(ANNA, desk, key(), SendForInspection(), token="send-00001")
    act(ANNA, desk, key(), RecordOutcome("xray", "nothing", NOW), token="found-0001")
    for model in (QueueItem, QueueEvent, OutcomeRecord, SearchTerm):
        with session_for(STRANGER, desk) as session:
            units = set(session.scalars(select(model.unit)))
        assert units <= {OTHER}, model.__tablename__
        with session_for(AUDITOR, desk) as session:
            assert UNIT in set(session.scalars(select(model.unit)))
    with session_for(STRANGER, desk) as session:
        assert session.execute(update(QueueItem).where(QueueItem.unit == UNIT).values(holder="x")).rowcount == 0
    refused: list[Callable[[Officer], object]] = [
        lambda caller: _add_event(desk, caller),
        lambda caller: _ask(desk, caller, "UPDATE queue_item SET probability = 0"),
        lambda caller: _ask(desk, caller, "DELETE FROM queue_item"),
        lambda caller: _ask(desk, caller, "SELECT password_hash FROM account"),
        lambda caller: _ask(desk, caller, "SELECT * FROM desk_session"),
        lambda caller: _ask(desk, caller, "SELECT * FROM audit_record"),
        lambda caller: _ask(desk, caller, "SELECT raw_line FROM quarantine_row"),
    ]
    for attempt in refused:
        with pytest.raises(DatabaseRightsError):
            attempt(STRANGER)
    for statement in ("SELECT password_hash FROM account", "UPDATE queue_item SET holder = 'x'"):
        with pytest.raises(DatabaseRightsError):
            _ask(desk, AUDITOR, statement)


def test_the_audit_is_only_ever_added_to(guarded_desk: Desk) -> None:
    with session_for(ANNA, guarded_desk) as session:
        put_on_record(session, guarded_desk, actor="anna", kind="read", unit=UNIT, subject="x")
    for statement in ("DELETE FROM audit_record", "UPDATE audit_record SET actor = 'nobody'"):
        with pytest.raises(DatabaseRightsError):
            _ask(guarded_desk, None, statement)
    with session_for(AUDITOR, guarded_desk) as session:
        assert session.scalar(select(func.count()).select_from(AuditRecord)) == 1


def test_pooled_connections_never_carry_one_unit_over_to_another(guarded_desk: Desk) -> None:
    def seen(number: int) -> set[str]:
        caller = (ANNA, STRANGER)[number % 2]
        with session_for(caller, guarded_desk) as session:
            return set(session.scalars(select(QueueItem.unit))) - {caller.unit}

    with ThreadPoolExecutor(6) as pool:
        foreign = set().union(*pool.map(seen, range(120)))
    assert foreign == set()


def test_of_many_officers_one_gets_each_item_on_postgresql(guarded_desk: Desk) -> None:
    def claim(number: int) -> list[int]:
        officer, got = Officer(f"officer{number}", Role.OFFICER, UNIT), []
        for item in range(1, 9):
            try:
                act(officer, guarded_desk, key(item), Claim(), token=f"race-{number}-{item}")
                got.append(item)
            except TakenError:
                continue
        return got

    with ThreadPoolExecutor(6) as pool:
        got = [item for items in pool.map(claim, range(6)) for item in items]
    assert sorted(got) == list(range(1, 9))


def _add_event(desk: Desk, caller: Officer) -> None:
    with session_for(caller, desk) as session:
        session.add(
            QueueEvent(
                queue_day=TODAY - timedelta(days=1), unit=UNIT, voyage_id="V", container_number="C",
                action="claim", actor=caller.name, happened_at=NOW,
            )
        )  # fmt: skip
        session.flush()


def _ask(desk: Desk, caller: Officer | None, statement: str) -> None:
    with session_for(caller, desk) as session:
        session.execute(text(statement))

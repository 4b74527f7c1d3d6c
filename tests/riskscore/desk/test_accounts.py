"""Accounts and sessions: who comes in, for how long, how often it may fail, and who is put out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from riskscore.desk import (
    Desk,
    Officer,
    Role,
    accounts,
    add_account,
    audit_lines,
    change_password,
    choose_language,
    disable_account,
    first_account,
    link_subject,
    log_in,
    log_in_by_subject,
    log_out,
    officer_of,
    passwords,
    reset_password,
    revoke_sessions,
)
from riskscore.desk.login_limits import PAIR_LIMIT, WINDOW
from riskscore.desk.sessions import IDLE, LONGEST, REFUSED
from riskscore.errors import BadInputError, LoginError, NotAllowedError, TooManyLoginsError
from riskscore.store.database import transaction
from riskscore.store.desk_records import AccountRecord, SessionRecord
from tests.riskscore.desk.made_queue import ANNA, AUDITOR, ENGINEER, EVERYBODY, NOW, UNIT

HERE = "192.0.2.1"
NEW = "four words that differ"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes that cost next to nothing: what is tested is not how hard they are."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def anna(desk: Desk) -> str:
    """The password of the account anna, changed once."""
    once = add_account(ENGINEER, desk, name="anna", role="officer", unit=UNIT)
    given = log_in(desk, "anna", once, address=HERE)
    change_password(given.officer, desk, old=once, new=NEW)
    return NEW


def later(desk: Desk, by: timedelta) -> None:
    """Move the clock."""
    desk.clock.now += by  # type: ignore[attr-defined] # a clock with hands


def test_a_one_time_password_lets_in_and_is_good_for_a_new_one_only(desk: Desk) -> None:
    once = add_account(ENGINEER, desk, name="anna", role="officer", unit=UNIT)
    given = log_in(desk, "anna", once, address=HERE)
    assert given.officer == Officer("anna", Role.OFFICER, UNIT, must_change_password=True)
    other = log_in(desk, " Anna", once, address=HERE)
    change_password(given.officer, desk, old=once, new=NEW, keep_token=given.token)
    assert officer_of(desk, given.token) == ANNA
    assert officer_of(desk, other.token) is None
    with pytest.raises(LoginError):
        log_in(desk, "anna", once, address=HERE)
    assert log_in(desk, "anna", NEW, address=HERE).officer == ANNA


def test_neither_password_nor_token_is_kept(desk: Desk, anna: str) -> None:
    given = log_in(desk, "anna", anna, address=HERE)
    assert given.token not in repr(given)
    with transaction(desk.settings.database) as session:
        kept = [str(row.__dict__) for model in (AccountRecord, SessionRecord) for row in session.scalars(select(model))]
    assert not any(secret in row for row in kept for secret in (given.token, anna))
    assert passwords.hashed(anna).startswith("$argon2id$")


def test_who_is_refused_learns_nothing_from_it(desk: Desk, anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    disabled = add_account(ENGINEER, desk, name="gone", role="auditor")
    disable_account(ENGINEER, desk, "gone")
    verified: list[str] = []
    checked = passwords._HASHER.verify
    monkeypatch.setattr(
        type(passwords._HASHER), "verify", lambda self, kept, given: verified.append(kept) or checked(kept, given)
    )
    for name, password in [("nobody", anna), ("anna", "wrong"), ("gone", disabled), ("", ""), ("x" * 999, "y" * 9999)]:
        with pytest.raises(LoginError, match=REFUSED[:30]):
            log_in(desk, name, password, address=HERE)
    assert len(verified) == 5, "every refusal costs a hash"


def test_a_name_is_tried_so_often_from_one_place_and_then_not_for_a_while(desk: Desk, anna: str) -> None:
    for _ in range(PAIR_LIMIT):
        with pytest.raises(LoginError, match="Name or password"):
            log_in(desk, "anna", "wrong", address=HERE)
    with pytest.raises(TooManyLoginsError) as refused:
        log_in(desk, "anna", anna, address=HERE)
    assert 0 < refused.value.retry_after <= WINDOW.total_seconds() + 1
    assert log_in(desk, "anna", anna, address="192.0.2.2").officer == ANNA
    later(desk, WINDOW)
    assert log_in(desk, "anna", anna, address=HERE).officer == ANNA


def test_many_tries_at_once_count_as_many(desk: Desk, anna: str) -> None:
    def attempt(_: int) -> str:
        try:
            log_in(desk, "anna", "wrong", address=HERE)
        except TooManyLoginsError:
            return "too many"
        except LoginError:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert answers.count("wrong") <= PAIR_LIMIT
    assert "in" not in answers


def test_success_takes_back_what_it_was_counted_as(desk: Desk, anna: str) -> None:
    for _ in range(4 * PAIR_LIMIT):
        assert log_in(desk, "anna", anna, address=HERE)


@pytest.mark.parametrize(("passes", "is_alive"), [(IDLE, False), (IDLE - timedelta(seconds=1), True)])
def test_a_session_ends_where_nothing_is_asked(desk: Desk, anna: str, passes: timedelta, is_alive: bool) -> None:
    token = log_in(desk, "anna", anna, address=HERE).token
    later(desk, passes)
    assert (officer_of(desk, token) is not None) == is_alive


def test_a_session_ends_after_a_shift_whatever_is_asked(desk: Desk, anna: str) -> None:
    token = log_in(desk, "anna", anna, address=HERE).token
    for _ in range(int(LONGEST / timedelta(hours=1)) - 1):
        later(desk, timedelta(hours=1))
        assert officer_of(desk, token) == ANNA
    later(desk, timedelta(hours=1))
    assert officer_of(desk, token) is None


@pytest.mark.parametrize(
    "end",
    [
        log_out,
        lambda desk, token: revoke_sessions(ENGINEER, desk, "anna"),
        lambda desk, token: disable_account(ENGINEER, desk, "anna"),
        lambda desk, token: reset_password(ENGINEER, desk, "anna"),
        lambda desk, token: change_password(ANNA, desk, old=NEW, new="another four words"),
    ],
    ids=["log_out", "revoke", "disable", "reset", "change"],
)
def test_whatever_ends_a_session_ends_it_at_once(desk: Desk, anna: str, end: Callable[[Desk, str], Any]) -> None:
    token = log_in(desk, "anna", anna, address=HERE).token
    assert officer_of(desk, token) == ANNA
    end(desk, token)
    assert officer_of(desk, token) is None
    log_out(desk, token)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (NEW, "short", "12 to 256"),
        (NEW, "x" * 257, "12 to 256"),
        (NEW, NEW, "the password you have"),
        (NEW, "anna is my name", "easily guessed"),
        (NEW, "aaaaaaaaaaaaaaa", "easily guessed"),
    ],
)
def test_a_new_password_has_to_be_fit(desk: Desk, anna: str, old: str, new: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        change_password(ANNA, desk, old=old, new=new)
    with pytest.raises(LoginError, match="old password is wrong"):
        change_password(ANNA, desk, old="not it at all", new="quite another one")
    assert log_in(desk, "anna", anna, address=HERE)


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({"name": "Anna", "role": "officer", "unit": UNIT}, "Anna is no account name"),
        ({"name": "a b", "role": "officer", "unit": UNIT}, "a b is no account name"),
        ({"name": "eve", "role": "king", "unit": ""}, "king is no role"),
        ({"name": "eve", "role": "officer", "unit": ""}, "belongs to a unit"),
        ({"name": "eve", "role": "officer", "unit": "XXXXX"}, "belongs to a unit"),
        ({"name": "eve", "role": "auditor", "unit": UNIT}, "belongs to no unit"),
    ],
)
def test_accounts_that_make_no_sense_are_refused(desk: Desk, account: dict[str, str], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        add_account(ENGINEER, desk, **account)


def test_a_name_is_given_once(desk: Desk, anna: str) -> None:
    with pytest.raises(BadInputError, match="an account anna already"):
        add_account(ENGINEER, desk, name="anna", role="auditor")
    with pytest.raises(BadInputError, match="cannot close your own"):
        disable_account(ENGINEER, desk, ENGINEER.name)
    with pytest.raises(BadInputError, match="There is no account ben"):
        reset_password(ENGINEER, desk, "ben")


def test_the_first_account_is_made_once(desk: Desk) -> None:
    once = first_account(desk)
    assert once is not None
    assert first_account(desk) is None
    given = log_in(desk, "admin", once, address=HERE)
    assert given.officer == Officer("admin", Role.DATA_ENGINEER, "", must_change_password=True)
    with pytest.raises(NotAllowedError, match="Change the one-time password"):
        accounts(given.officer, desk)


def test_an_identity_of_a_provider_leads_to_its_account(desk: Desk, anna: str) -> None:
    with pytest.raises(LoginError, match="No account is linked"):
        log_in_by_subject(desk, issuer="https://id.example", subject="7", address=HERE)
    link_subject(ENGINEER, desk, "anna", issuer="https://id.example", subject="7")
    assert log_in_by_subject(desk, issuer="https://id.example", subject="7", address=HERE).officer == ANNA
    with pytest.raises(LoginError):
        log_in_by_subject(desk, issuer="https://other.example", subject="7", address=HERE)
    add_account(ENGINEER, desk, name="ben", role="officer", unit=UNIT)
    with pytest.raises(BadInputError, match="linked to another account"):
        link_subject(ENGINEER, desk, "ben", issuer="https://id.example", subject="7")


def test_the_keeper_sees_accounts_and_everything_is_on_record(desk: Desk, anna: str) -> None:
    log_in(desk, "anna", anna, address=HERE)
    (account,) = accounts(ENGINEER, desk)
    assert (account.name, account.role, account.unit, account.sessions) == ("anna", Role.OFFICER, UNIT, 1)
    assert account.last_login_at == NOW
    choose_language(ANNA, desk, "fr")
    assert log_in(desk, "anna", anna, address=HERE).officer == replace(ANNA, language="fr")
    lines = audit_lines(AUDITOR, desk)
    assert [line.kind for line in reversed(lines)] == ["account", "login", "account", "login", "login"]
    assert [line.number for line in audit_lines(AUDITOR, desk, before=lines[1].number)] == [3, 2, 1]
    assert {line.actor for line in audit_lines(AUDITOR, desk, kind="login")} == {"anna"}


KEEPING: dict[str, Callable[[Officer, Desk], Any]] = {
    "accounts": accounts,
    "add_account": lambda caller, desk: add_account(caller, desk, name="eve", role="auditor"),
    "link_subject": lambda caller, desk: link_subject(caller, desk, "anna", issuer="i", subject="s"),
    "disable_account": lambda caller, desk: disable_account(caller, desk, "anna"),
    "reset_password": lambda caller, desk: reset_password(caller, desk, "anna"),
    "revoke_sessions": lambda caller, desk: revoke_sessions(caller, desk, "anna"),
}


@pytest.mark.parametrize("caller", EVERYBODY, ids=lambda one: one.name)
def test_only_data_engineers_keep_accounts_and_only_auditors_read_the_audit(
    desk: Desk, anna: str, caller: Officer
) -> None:
    for keep in KEEPING.values():
        if caller.role == Role.DATA_ENGINEER:
            keep(caller, desk)
        else:
            with pytest.raises(NotAllowedError):
                keep(caller, desk)
    if caller.role == Role.AUDITOR:
        assert audit_lines(caller, desk)
    else:
        with pytest.raises(NotAllowedError):
            audit_lines(caller, desk)

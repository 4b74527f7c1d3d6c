"""A newer claim always wins; a check holds the lease until the commit; a commit to the lake that lost is refused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import select

from riskscore.errors import StaleRunError
from riskscore.store import Lake, TableSchema
from riskscore.store import lake as lake_module
from riskscore.store.connecting import connected
from riskscore.store.database import engine_of, transaction
from riskscore.store.leases import Lease, Partition, claim
from riskscore.store.permit import Permit
from riskscore.store.runs import CodeVersion, RunPartition, StepLease, StepRun
from riskscore.store.schema import upgrade

DAY = date(2026, 5, 4)
TABLE = TableSchema("score", {"score_day": pa.date32(), "name": pa.string()}, ("score_day", "name"), "score_day")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with every table, and nothing in them."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'runs.db'}"
        return
    server = request.getfixturevalue("postgres")
    name = server.make_database()
    address = server.address(name)
    engine = connected(address)
    upgrade(engine)
    engine.dispose()
    yield address
    engine_of(address).dispose()
    server.drop_database(name)


def claimed(url: str, *keys: str, step: str = "score") -> Lease:
    code = CodeVersion(code="c", package="1", files={}, libraries={})
    return claim(url, step, [Partition(key, DAY) for key in keys], code)


def required(url: str, lease: Lease) -> None:
    with transaction(url) as session:
        lease.require(session)


def test_the_newest_claim_holds_and_every_older_one_is_stale(url: str) -> None:
    first, second = claimed(url, "a", "b"), claimed(url, "b", "c")
    other = claimed(url, "a", step="train")
    assert first.token < second.token < other.token
    with pytest.raises(StaleRunError, match=rf"score for b: run {first.token} was overtaken by run {second.token}"):
        required(url, first)
    required(url, second)
    required(url, other)


def test_attempts_are_counted_and_who_never_ended_is_named(url: str) -> None:
    first = claimed(url, "a")
    second = claimed(url, "a")
    with transaction(url) as session:
        session.get_one(StepRun, second.token).state = "done"
    third = claimed(url, "a")
    with transaction(url) as session:
        rows = session.scalars(select(RunPartition).order_by(RunPartition.run))
        assert [(row.attempt, row.took_over) for row in rows] == [(1, None), (2, first.token), (3, None)]
        assert session.get_one(StepLease, ("score", "a")).token == third.token


def test_a_rolled_back_transaction_of_a_stale_run_leaves_nothing(url: str) -> None:
    first = claimed(url, "a")
    claimed(url, "a")

    def publish() -> None:
        with transaction(url) as session:
            session.get_one(StepRun, first.token).model = "published"
            first.require(session)

    with pytest.raises(StaleRunError):
        publish()
    with transaction(url) as session:
        assert not session.get_one(StepRun, first.token).model


def test_nobody_claims_between_a_check_and_its_commit(url: str) -> None:
    first, newer = claimed(url, "a"), list[Lease]()
    other = Thread(target=lambda: newer.append(claimed(url, "a")))
    with transaction(url) as session:
        first.require(session)
        other.start()
        other.join(0.5)
        assert newer == []
    other.join(20)
    assert newer[0].token > first.token


def test_many_claims_at_once_end_with_one_holder(url: str) -> None:
    held, stale = list[Lease](), list[StaleRunError]()

    def one() -> None:
        try:
            held.append(claimed(url, *(f"{number:03}" for number in range(500))))
        except StaleRunError as error:
            stale.append(error)

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) + len(stale) == 4
    with transaction(url) as session:
        tokens = set(session.scalars(select(StepLease.token)))
    assert tokens == {max(lease.token for lease in held)}


def test_a_number_is_never_given_twice(url: str) -> None:
    first = claimed(url, "a")
    with transaction(url) as session:
        for row in session.scalars(select(RunPartition)):
            session.delete(row)
        session.flush()
        session.delete(session.get_one(StepRun, first.token))
    assert claimed(url, "b").token > first.token


@pytest.mark.parametrize("newer_rows", [["new"], []])
def test_a_commit_that_was_asked_for_before_a_newer_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newer_rows: list[str]
) -> None:
    """The older run is asked, and right; before it commits a newer one claims and publishes, even if nothing."""
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    lake = Lake(tmp_path / "lake", [TABLE])
    lake.replace_days("score", rows("before", day=DAY.replace(day=1)), [DAY.replace(day=1)])
    older = claimed(url, "a")
    write, overtaken = lake_module.write_deltalake, list[int]()

    def overtaking(*args: object, **given: object) -> None:
        if not overtaken:
            overtaken.append(1)
            newer = claimed(url, "a")
            permitted(Lake(tmp_path / "lake", [TABLE]), url, newer).replace_days("score", rows(*newer_rows), [DAY])
        write(*args, **given)

    monkeypatch.setattr(lake_module, "write_deltalake", overtaking)
    with pytest.raises(StaleRunError):
        permitted(lake, url, older).replace_days("score", rows("old"), [DAY])
    assert list(lake.read("score", since=DAY)["name"]) == newer_rows


def permitted(lake: Lake, url: str, lease: Lease) -> Lake:
    return lake.published_by(Permit.of(lease, lambda: required(url, lease), lambda *_: None))


def rows(*names: str, day: date = DAY) -> pd.DataFrame:
    return pd.DataFrame({"score_day": pd.Series([day] * len(names), dtype=object), "name": pd.Series(names, dtype=str)})

"""Landing: what is recorded, what is left alone, what is refused at sight, and from when on it is known."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from riskscore.settings import Settings
from riskscore.steps import landing
from riskscore.steps.arriving import copy_aside
from riskscore.steps.landing import LATE_DAYS, archived, land, waiting
from riskscore.steps.workspace import open_workspace
from riskscore.store.database import Delivery
from tests.riskscore.steps.arrivals import close, ledger, not_utf_8, put
from tests.riskscore.steps.small_world import DAY, NEXT_DAY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_file_is_recorded_once_with_its_hash_and_waits(settings: Settings) -> None:
    put(settings, b"one", "a.csv")
    put(settings, b"two", "b.csv")
    landed = land(settings, DAY)
    first, second = ledger(settings)
    assert landed == [first.delivery_id, second.delivery_id] == land(settings, DAY) == waiting(settings, DAY)
    assert (first.feed, first.file_name, first.folder_day, first.known_day) == ("manifest", "a.csv", DAY, DAY)
    assert (first.sha256, first.byte_count, first.state) == (hashlib.sha256(b"one").hexdigest(), 3, "landed")
    assert len(ledger(settings)) == 2


def test_what_was_copied_is_looked_at_again_but_not_copied(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    put(settings, b"one", "a.csv")
    land(settings, DAY)
    put(settings, b"two", "b.csv")
    copied: list[str] = []

    def watched(source: Path, copy: Path, *, reserve: int) -> object:
        copied.append(source.name)
        return copy_aside(source, copy, reserve=reserve)

    monkeypatch.setattr(landing, "copy_aside", watched)
    assert len(land(settings, DAY)) == 2
    assert copied == ["b.csv"]
    first = archived(settings, ledger(settings)[0].delivery_id)
    for damage in (first.unlink, lambda: first.write_bytes(b"on")):
        damage()
        assert len(land(settings, DAY)) == 2
        assert first.read_bytes() == b"one"
    assert copied == ["b.csv", "a.csv", "a.csv"]


def test_what_changes_between_two_looks_is_left_for_later(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(settings, b"one", "a.csv")

    def late(source: Path, copy: Path, *, reserve: int) -> object:
        path.write_bytes(b"two")
        return copy_aside(source, copy, reserve=reserve)

    monkeypatch.setattr(landing, "copy_aside", late)
    assert land(settings, DAY) == []
    assert [file for file in (settings.home / "archive").rglob("*") if file.is_file()] == []
    monkeypatch.undo()
    assert len(land(settings, DAY)) == 1


def test_what_the_sender_does_after_landing_changes_nothing_that_landed(settings: Settings) -> None:
    path = put(settings, b"as sent")
    (delivery_id,) = land(settings, DAY)
    path.write_bytes(b"changed")
    assert archived(settings, delivery_id).read_bytes() == b"as sent"
    _, changed = land(settings, DAY)
    assert archived(settings, delivery_id).read_bytes() == b"as sent"
    assert archived(settings, changed).read_bytes() == b"changed"
    path.unlink()
    assert land(settings, DAY) == [delivery_id, changed]


@pytest.mark.parametrize("days_later", [0, 1])
def test_the_same_content_again_is_refused_and_names_the_first(settings: Settings, days_later: int) -> None:
    put(settings, b"same", "a.csv")
    put(settings, b"same", "b.csv", day=DAY + timedelta(days=days_later))
    assert len(land(settings, DAY, NEXT_DAY)) == 1
    first, again = ledger(settings)
    assert (again.state, again.reason) == (
        "refused",
        f"same content as delivery {first.delivery_id}, which came before",
    )
    assert land(settings, DAY, NEXT_DAY) == [first.delivery_id]


def test_only_what_came_is_asked_for_a_few_at_a_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskscore.store.bulk.VALUES_AT_ONCE", 2)
    for number in range(5):
        put(settings, f"old {number}".encode(), f"{number}.csv")
    land(settings, DAY)
    for number in range(5):
        put(settings, f"{'old' if number % 2 else 'new'} {number}".encode(), f"later {number}.csv", day=NEXT_DAY)
    asked, scalars = list[str](), Session.scalars
    monkeypatch.setattr(Session, "scalars", lambda *given: asked.append(str(given[1])) or scalars(*given))
    assert len(land(settings, NEXT_DAY)) == 8
    assert sum("delivery_id IN" in statement for statement in asked) == 5, "ten files, two at a time"
    assert [row.file_name for row in ledger(settings) if row.state == "refused"] == ["later 1.csv", "later 3.csv"]


def test_the_same_content_for_another_feed_is_no_repetition(settings: Settings) -> None:
    put(settings, b"same")
    put(settings, b"same", feed="port_calls")
    assert len(land(settings, DAY)) == 2


def test_what_was_refused_may_be_sent_again(settings: Settings) -> None:
    put(settings, b"same", "a.csv")
    (refused,) = land(settings, DAY)
    with open_workspace(settings).transaction() as session:
        session.query(Delivery).filter_by(delivery_id=refused).one().state = "refused"
    put(settings, b"same", "a.csv", day=NEXT_DAY)
    assert land(settings, NEXT_DAY) == [ledger(settings)[1].delivery_id]


def test_a_feed_without_a_contract_is_refused_with_the_next_move(settings: Settings) -> None:
    put(settings, b"what is this", feed="cargo_news")
    assert land(settings, DAY) == []
    (delivery,) = ledger(settings)
    assert delivery.state == "refused"
    assert delivery.reason == "no feed is called 'cargo_news'; add data_contracts/inbound/cargo_news.odcs.yaml"


@pytest.mark.parametrize("name", [".m.csv", "m.csv.part", "m.csv.PART", "m.tmp", "m.filepart", "m.crdownload"])
def test_hidden_and_unfinished_files_are_left_alone(settings: Settings, name: str) -> None:
    path = put(settings, b"half a", name)
    assert land(settings, DAY) == []
    assert ledger(settings) == []
    path.rename(path.with_name("m.csv"))
    assert len(land(settings, DAY)) == 1


def test_links_pipes_folders_and_hidden_folders_are_left_alone(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "elsewhere" / "manifest" / "secret.csv"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(b"not for us")
    feed = put(settings, b"hidden", feed=".manifest").parents[1] / "manifest"
    feed.mkdir()
    (feed / "link.csv").symlink_to(secret)
    (feed / "folder.csv").mkdir()
    os.mkfifo(feed / "pipe.csv")
    (feed.parent / "port_calls").symlink_to(secret.parent)
    (settings.drop / NEXT_DAY.isoformat()).symlink_to(secret.parents[1])
    assert land(settings, DAY, NEXT_DAY) == []
    assert ledger(settings) == []


def test_a_file_for_a_closed_day_is_known_the_next_open_day(settings: Settings) -> None:
    close(settings, DAY)
    put(settings, b"late")
    assert land(settings, DAY) == []
    assert land(settings, NEXT_DAY) == waiting(settings, NEXT_DAY) == [ledger(settings)[0].delivery_id]
    assert (ledger(settings)[0].folder_day, ledger(settings)[0].known_day) == (DAY, NEXT_DAY)


def test_a_drop_folder_is_looked_at_for_some_days_after(settings: Settings) -> None:
    put(settings, b"late", day=DAY - timedelta(days=LATE_DAYS))
    put(settings, b"too late", day=DAY - timedelta(days=LATE_DAYS + 1))
    assert len(land(settings, DAY)) == 1


@pytest.mark.parametrize("name", [not_utf_8(b"fa\xe7ade.csv"), "new\nline.csv", "\x1b[2Jwiped.csv", "[bold]m.csv"])
def test_no_file_name_stops_the_day(settings: Settings, name: str) -> None:
    put(settings, b"odd", name)
    put(settings, b"even", "z.csv")
    assert len(land(settings, DAY)) == 2
    assert "z.csv" in {delivery.file_name for delivery in ledger(settings)}
    assert all(delivery.file_name.encode() for delivery in ledger(settings))

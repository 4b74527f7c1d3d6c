"""Keeping house: what must go goes for good, what a recent day needs stays, the second round finds nothing."""

import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from riskscore import steps
from riskscore.settings import Settings
from riskscore.steps.keeping import House
from riskscore.steps.landing import archived
from riskscore.store.database import Delivery, QuarantineRow, QueueEvent, engine_of
from tests.riskscore.steps.arrivals import ledger, put, set_aside
from tests.riskscore.steps.small_world import DAY, SmallWorld, content, differences

LATER = DAY + timedelta(days=2_000)
"""After every term has run out."""


@pytest.fixture
def lived(small_world: SmallWorld, tmp_path: Path) -> Settings:
    return small_world.copy("export_day", tmp_path)


def counted(house: House) -> dict[tuple[str, str], int]:
    return {(one.what, one.place): one.count for one in house.tidied if one.count}


def test_a_recent_day_is_left_alone_and_is_the_same_when_run_again(lived: Settings, small_world: SmallWorld) -> None:
    before = content(lived)
    house = steps.keep_house(lived, DAY)
    assert {what for what, _ in counted(house)} <= {"small files"}
    assert differences(content(lived), before) == []
    steps.run_day(lived, DAY)
    assert differences(content(lived), small_world.left()) == []
    assert counted(steps.keep_house(lived, DAY)) == {}


def test_a_dry_run_changes_nothing_and_says_what_would_go(lived: Settings) -> None:
    before = content(lived)
    told = steps.keep_house(lived, LATER, apply=False)
    assert differences(content(lived), before) == []
    assert {one.is_done for one in told.tidied} == {False}
    done = steps.keep_house(lived, LATER)
    assert counted(told).items() <= counted(done).items()


def test_past_every_term_nothing_of_a_party_is_left(lived: Settings, small_world: SmallWorld) -> None:
    aside = set_aside(lived)
    assert aside
    steps.keep_house(lived, LATER)
    lake = steps.open_workspace(lived).lake
    assert {table: rows for table in lake.schemas if (rows := len(lake.read(table)))} == {}
    assert set_aside(lived) == []
    assert len(ledger(lived)) > 0
    engine_of(lived.database).dispose()
    bytes_left = b"".join(path.read_bytes() for path in lived.home.glob("riskscore.db*"))
    assert [row.id for row in aside if row.raw_line.encode() in bytes_left] == []
    assert counted(steps.keep_house(lived, LATER)) == {}


def test_expired_facts_wait_for_each_other(lived: Settings) -> None:
    lake = steps.open_workspace(lived).lake
    first = lake.read("consignment", columns=["retain_until"])["retain_until"].min()
    day = first + timedelta(days=5)
    waiting = {one.place: one for one in steps.keep_house(lived, day).tidied if one.what == "facts past retain_until"}
    assert waiting["consignment"].count > 0
    assert not waiting["consignment"].is_done
    assert lake.read("consignment", columns=["retain_until"])["retain_until"].min() == first


def test_copies_of_what_waits_stay_and_old_copies_go(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    for name in ("old", "waiting"):
        put(settings, name.encode(), f"{name}.csv")
    old, waiting = steps.land(settings, DAY)
    with steps.open_workspace(settings).transaction() as session:
        session.scalars(select(Delivery).where(Delivery.delivery_id == old)).one().state = "published"
    steps.keep_house(settings, DAY + timedelta(days=89))
    assert archived(settings, old).exists()
    steps.keep_house(settings, DAY + timedelta(days=91))
    assert not archived(settings, old).exists()
    assert archived(settings, waiting).exists()
    assert sorted(path.name for path in settings.drop.rglob("*.csv")) == ["old.csv", "waiting.csv"]


def test_what_a_killed_run_left_goes_once_it_is_old_and_locks_stay(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    left = [
        "archive/.landing-9",
        "states/container/.5.9/x",
        "states/located/consignment/at_hand/.9",
        "reports/monitor/2026-02-04/.index.html.ab",
        "models/m/.saving-x/y",
    ]
    stays = ["models/m/.lock", "states/container/5/state.json", "drop/2026-02-04/manifest/.hidden"]
    for name in (*left, *stays):
        path = settings.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    steps.keep_house(settings, DAY)
    assert all((settings.home / name).exists() for name in (*left, *stays))
    then = time.time() - 25 * 3_600
    for path in settings.home.rglob("*"):
        os.utime(path, (then, then))
    steps.keep_house(settings, DAY)
    assert [name for name in left if (settings.home / name).exists()] == []
    assert all((settings.home / name).exists() for name in stays)


def test_pages_and_bundles_go_by_the_day_in_their_name(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    old, new = date(2020, 1, 1), DAY
    places = ["reports/monitor/{}/index.html", "reports/lists/NLRTM-{}.csv", "exports/ES/{}-000001/manifest.json"]
    for day in (old, new):
        for place in places:
            path = settings.home / place.format(day)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
    steps.keep_house(settings, DAY)
    assert [(settings.home / place.format(day)).exists() for day in (old, new) for place in places] == [False] * 3 + [
        True
    ] * 3


def test_photographs_go_with_the_inspections_they_belong_to(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    kept_for = steps.open_workspace(settings).project.inbound["inspections"].terms.retention_days
    old, again, unnamed = ("a" * 64, "b" * 64, "c" * 64)
    for name in (old, again, unnamed):
        path = settings.photographs / name[:2] / f"{name}.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    added = [(old, DAY), (again, DAY), (again, DAY + timedelta(days=60))]
    with steps.open_workspace(settings).transaction() as session:
        session.add_all(_added(photograph, number, day) for number, (photograph, day) in enumerate(added))
    written = datetime.combine(DAY + timedelta(days=95), datetime.min.time(), UTC).timestamp()
    os.utime(settings.photographs / unnamed[:2] / f"{unnamed}.jpg", (written, written))

    def left(days: int) -> list[str]:
        house = steps.keep_house(settings, DAY + timedelta(days=kept_for + days))
        waits.append([one.note for one in house.tidied if one.what == "photographs past their time" and one.note])
        return sorted(path.stem for path in settings.photographs.rglob("*.jpg"))

    waits: list[list[str]] = []
    assert left(30) == [old, again, unnamed]
    assert waits == [["with the others, 30 days after the first"]], "facts go together, and so do their photographs"
    assert [left(31), left(90), left(91), left(125), left(126)] == [[again, unnamed]] * 2 + [[unnamed]] * 2 + [[]]


def _added(photograph: str, number: int, day: date) -> QueueEvent:
    at = datetime.combine(day, datetime.min.time(), UTC)
    key = {"queue_day": day, "unit": "NLRTM", "voyage_id": "V", "container_number": f"C{number}"}
    detail = json.dumps({"photograph": photograph})
    return QueueEvent(action="add_photograph", actor="anna", happened_at=at, detail=detail, **key)


def test_it_goes_on_where_it_was_killed(lived: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("riskscore.steps.keeping.Upkeep.remove_days_before", killed)
        with pytest.raises(KeyboardInterrupt):
            steps.keep_house(lived, LATER)
    steps.keep_house(lived, LATER)
    with steps.open_workspace(lived).transaction() as session:
        assert session.scalar(select(func.count()).select_from(QuarantineRow)) == 0
    assert counted(steps.keep_house(lived, LATER)) == {}

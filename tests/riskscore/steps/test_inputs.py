"""Which feeds a day waits for, until when, and what its lists say of one that did not come."""

from datetime import UTC, datetime, timedelta

import pytest

from riskscore import steps
from riskscore.errors import SettingsError
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import DAY, NEXT_DAY, PROJECT

CUTOFF = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(hours=6)
DEADLINE = CUTOFF + timedelta(hours=2)


@pytest.fixture
def settings(tmp_path) -> Settings:
    """An empty home of the project."""
    return Settings(home=tmp_path, project_dir=PROJECT)


def send(settings: Settings, feed: str, files: int, day=DAY) -> None:
    folder = settings.drop / str(day) / feed
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (folder / f"{feed}_{number}.csv").write_text(f"{feed} {number}\n")


@pytest.mark.parametrize(
    ("now", "manifests", "is_due"),
    [
        (CUTOFF - timedelta(seconds=1), 4, False),
        (CUTOFF, 4, True),
        (CUTOFF, 3, False),
        (DEADLINE - timedelta(seconds=1), 3, False),
        (DEADLINE, 3, True),
        (DEADLINE, 0, True),
    ],
)
def test_a_day_is_due_when_its_inputs_are_in_or_their_deadline_has_passed(settings, now, manifests, is_due):
    send(settings, "manifest", manifests)
    send(settings, "port_calls", 1)
    send(settings, "positions", 1)
    assert steps.inputs_dropped(settings, DAY, now=now).is_due is is_due


def test_files_still_being_written_are_not_in(settings):
    send(settings, "manifest", 4)
    folder = settings.drop / str(DAY) / "port_calls"
    folder.mkdir(parents=True)
    (folder / "calls.csv.part").write_text("half")
    send(settings, "positions", 1)
    assert steps.inputs_dropped(settings, DAY, now=CUTOFF).missing == ("port_calls",)


def test_what_landed_counts_when_the_drop_folder_is_empty_again(settings):
    send(settings, "manifest", 4)
    send(settings, "port_calls", 1)
    send(settings, "positions", 1)
    steps.land(settings, DAY)
    for path in settings.drop.glob("*/*/*"):
        path.unlink()
    assert steps.inputs_dropped(settings, DAY, now=CUTOFF).missing == ()


def test_only_what_landed_is_known_to_the_lists(settings):
    send(settings, "manifest", 4)
    send(settings, "port_calls", 1)
    send(settings, "positions", 1)
    assert steps.inputs_landed(settings, DAY, now=CUTOFF).missing == ("manifest", "port_calls", "positions")


def test_the_next_days_files_are_not_this_days(settings):
    send(settings, "manifest", 4, NEXT_DAY)
    send(settings, "port_calls", 1, NEXT_DAY)
    send(settings, "positions", 1, NEXT_DAY)
    assert steps.inputs_dropped(settings, DAY, now=DEADLINE).missing == ("manifest", "port_calls", "positions")


def test_a_list_says_what_it_was_made_without(small_world, tmp_path):
    """The small world sends what is awaited; once a delivery is not on record, the list says so."""
    from sqlalchemy import delete

    from riskscore.store.database import Delivery

    settings = small_world.copy("fill_queues", tmp_path)
    assert steps.missing_feeds(settings, DAY) == ()
    assert not steps.queue_list(settings, "NLRTM", DAY).caution
    with steps.open_workspace(settings).transaction() as session:
        session.execute(delete(Delivery).where(Delivery.feed == "port_calls", Delivery.folder_day == DAY))
    assert "port_calls" in steps.queue_list(settings, "NLRTM", DAY).caution


def test_what_comes_after_the_lists_were_made_does_not_count(small_world, tmp_path):
    settings = small_world.copy("fill_queues", tmp_path)
    send(settings, "manifest", 9)
    steps.land(settings, DAY)
    with steps.open_workspace(settings).transaction() as session:
        from riskscore.store.database import Delivery

        late = session.query(Delivery).filter(Delivery.folder_day == DAY, Delivery.known_day == NEXT_DAY).count()
    assert late == 9
    assert steps.missing_feeds(settings, DAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "files: {manifest: 0}\nhours_after_cutoff: 2",
        "files: {gossip: 1}\nhours_after_cutoff: 2",
        "files: {manifest: 1}\nhours_after_cutoff: 24",
        "files: {manifest: 1}",
        "hours_after_cutoff: [",
    ],
)
def test_a_wrong_list_of_awaited_feeds_is_refused(tmp_path, text):
    room = tmp_path / "data_contracts"
    room.mkdir()
    (room / "inbound").symlink_to(PROJECT / "data_contracts" / "inbound")
    (room / "awaited.yaml").write_text(text)
    for other in ("features", "models"):
        (tmp_path / other).symlink_to(PROJECT / other)
    settings = Settings(home=tmp_path / "home", project_dir=tmp_path)
    settings.drop.mkdir(parents=True)
    with pytest.raises(SettingsError, match="awaited"):
        steps.inputs_dropped(settings, DAY, now=CUTOFF)


def test_feeds_are_those_with_a_contract(settings):
    assert set(steps.feeds(settings)) == {
        path.name.removesuffix(".odcs.yaml") for path in PROJECT.glob("data_contracts/inbound/*.odcs.yaml")
    }


@pytest.mark.parametrize(("count", "most"), [(0, 4), (1, 4), (4, 4), (5, 4), (1025, 256), (5000, 256)])
def test_batches_hold_everything_once_in_order_and_are_not_too_many(count, most):
    deliveries = [f"d{number}" for number in range(count)]
    dealt = steps.batches(deliveries, most=most)
    assert [one for batch in dealt for one in batch] == deliveries
    assert len(dealt) <= most
    assert all(dealt)
    assert count > most or all(len(batch) == 1 for batch in dealt)

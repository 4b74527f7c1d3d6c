"""What is taken from the drop folder: whole files only; a folder that is gone or cannot be read is never empty."""

import errno
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskscore.errors import DiskFullError, PlaceLostError
from riskscore.settings import Settings
from riskscore.steps import arriving
from riskscore.steps.landing import land
from tests.riskscore.steps.arrivals import ledger, put
from tests.riskscore.steps.small_world import DAY

LARGE = bytes(range(256)) * 4096 * 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", reserve_mb=0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk wants root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_drop_folder_that_vanished_is_told_and_loses_nothing(settings: Settings) -> None:
    put(settings, b"one", "a.csv")
    gone = settings.drop.rename(settings.drop.with_name("elsewhere"))
    with pytest.raises(PlaceLostError, match=r"the drop folder is not there\. Mount it"):
        land(settings, DAY)
    assert ledger(settings) == []
    gone.rename(settings.drop)
    assert len(land(settings, DAY)) == 1


def test_an_empty_mount_point_lacks_the_mark(settings: Settings) -> None:
    marked = settings.model_copy(update={"drop_mark": ".mounted"})
    put(marked, b"one")
    with pytest.raises(PlaceLostError, match="RISKSCORE_DROP_MARK"):
        land(marked, DAY)
    (marked.drop / ".mounted").touch()
    assert len(land(marked, DAY)) == 1


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_folder_that_cannot_be_read_is_no_empty_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    put(settings, b"one")
    real = Path.iterdir

    def failing(folder: Path) -> Iterator[Path]:
        if folder.name == "manifest":
            raise OSError(number, os.strerror(number), str(folder))
        return real(folder)

    monkeypatch.setattr(Path, "iterdir", failing)
    with pytest.raises(PlaceLostError, match="cannot be read"):
        land(settings, DAY)
    monkeypatch.undo()
    assert len(land(settings, DAY)) == 1


def test_a_file_that_grows_while_it_is_read_is_left_for_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(settings, LARGE)
    with path.open("ab") as sender:
        real = os.fsync

        def write_more(number: int) -> None:
            if Path(f"/proc/self/fd/{number}").resolve().name.startswith(".landing-"):
                sender.write(b"more")
                sender.flush()
            real(number)

        monkeypatch.setattr(os, "fsync", write_more)
        assert land(settings, DAY) == []
        monkeypatch.undo()
    assert ledger(settings) == []
    assert list((settings.home / "archive").glob(".landing-*")) == []
    assert len(land(settings, DAY)) == 1
    assert ledger(settings)[0].byte_count == len(LARGE) + 4


def test_a_file_that_is_withdrawn_while_we_look_is_no_error(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(settings, b"one")
    put(settings, b"two", "z.csv")
    real = arriving.settled
    monkeypatch.setattr("riskscore.steps.landing.settled", lambda found, s: (real(found, s), path.unlink())[0])
    assert len(land(settings, DAY)) == 1


def test_a_young_file_is_watched_and_taken_only_if_it_stays_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = settings.model_copy(update={"settle_seconds": 3600.0})
    put(patient, b"whole", "whole.csv")
    growing = put(patient, b"half", "growing.csv")
    old = put(patient, b"old", "old.csv")
    os.utime(old, (0, 0))
    watched: list[float] = []
    monkeypatch.setattr(arriving.time, "sleep", lambda s: (watched.append(s), growing.write_bytes(b"half and half")))
    assert len(land(patient, DAY)) == 2
    assert watched == [3600.0]
    assert {one.file_name for one in ledger(patient)} == {"whole.csv", "old.csv"}
    monkeypatch.setattr(arriving.time, "sleep", watched.append)
    assert len(land(patient, DAY)) == 3


def test_a_file_from_the_future_is_watched_once_and_taken(settings: Settings) -> None:
    """The clock stepped back after it was written."""
    patient = settings.model_copy(update={"settle_seconds": 0.2})
    path = put(patient, b"one")
    os.utime(path, (time.time() + 9_999, time.time() + 9_999))
    assert len(land(patient, DAY)) == 1


def test_a_full_disk_is_told_nothing_is_recorded_and_the_same_again_completes(
    tmp_path: Path, small_disk: Path, settings: Settings
) -> None:
    for number in range(3):
        put(settings, LARGE[: 2**19] + bytes([number]), f"{number}.csv")
    other = Settings(home=small_disk / "home", reserve_mb=0, database_url=f"sqlite:///{tmp_path}/other.db")
    other.home.mkdir()
    (other.home / "drop").symlink_to(settings.drop)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_000_000))
    with pytest.raises(DiskFullError, match=r"riskscore housekeeping"):
        land(other, DAY)
    assert ledger(other) == []
    assert list((other.home / "archive").glob(".landing-*")) == []
    filler.unlink()
    assert len(land(other, DAY)) == len(land(settings, DAY)) == 3
    assert [one.delivery_id for one in ledger(other)] == [one.delivery_id for one in ledger(settings)]


def test_a_disk_that_fills_while_a_copy_is_written_leaves_no_part_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, LARGE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match="the disk is full"):
        land(settings, DAY)
    monkeypatch.undo()
    assert list((settings.home / "archive").glob(".landing-*")) == []
    assert len(land(settings, DAY)) == 1


def test_the_last_of_the_disk_is_left_free(settings: Settings) -> None:
    put(settings, b"one")
    with pytest.raises(DiskFullError, match="RISKSCORE_RESERVE_MB"):
        land(settings.model_copy(update={"reserve_mb": 10**9}), DAY)

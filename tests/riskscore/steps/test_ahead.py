"""Reading ahead: what features look at everywhere is brought meanwhile, and nothing depends on it."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from riskscore import steps
from riskscore.settings import Settings
from riskscore.steps import ahead
from riskscore.steps.ahead import looked_at, reading_ahead
from riskscore.steps.days import GRAIN
from riskscore.store import shelf
from riskscore.trailing import parts
from tests.on_disk import comes_whole, leave_on_disk
from tests.riskscore.steps.small_world import DAY, SmallWorld, content, differences, whole_day


@pytest.fixture
def settings(small_world: SmallWorld, tmp_path: Path) -> Settings:
    """A home whose live day has not begun."""
    return small_world.before("land", tmp_path)


def test_what_is_read_ahead_is_what_features_look_at(
    small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, opened = small_world.copy("export_day", tmp_path), set[Path]()
    ahead_of_it = looked_at(settings, DAY, GRAIN)

    def seen(through: Callable[[Path], object]) -> Callable[[Path], object]:
        def look(path: Path) -> object:
            opened.add(path)
            return through(path)

        return look

    monkeypatch.setattr(parts, "mapped", seen(parts.mapped))
    monkeypatch.setattr(shelf, "_opened", seen(shelf._opened))
    steps.build_features(settings, [DAY], GRAIN)
    balances, at_hand = ({file for file in ahead_of_it if file.suffix == kind} for kind in (".npy", ".arrow"))
    assert balances
    assert balances <= opened
    assert len(at_hand & opened) > len(at_hand - opened)  # of recent days that others looked at


def test_it_is_brought_meanwhile(settings: Settings) -> None:
    file = max(looked_at(settings, DAY, GRAIN), key=lambda path: path.stat().st_size)
    leave_on_disk(file)
    with reading_ahead(settings, DAY, GRAIN):
        assert comes_whole(file)


def test_it_ends_where_taking_in_fails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    began, asked, until = Event(), list[Path](), time.monotonic() + 60

    def bring(file: Path, *, is_wanted: Callable[[], bool]) -> None:
        asked.append(file)
        began.set()
        while is_wanted():
            assert time.monotonic() < until

    monkeypatch.setattr(ahead, "bring_file", bring)

    def fail() -> None:
        with reading_ahead(settings, DAY, GRAIN):
            assert began.wait(60)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(asked) == 1 < len(looked_at(settings, DAY, GRAIN))
    assert time.monotonic() < until


@pytest.mark.parametrize("broken", ["looked_at", "bring_file"])
def test_a_day_ends_the_same_where_nothing_can_be_read_ahead(
    broken: str, settings: Settings, small_world: SmallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in looked_at(settings, DAY, GRAIN):
        file.write_bytes(b"") if file.suffix == ".arrow" else file.unlink()
    monkeypatch.setattr(ahead, broken, lambda *_, **__: 1 / 0)
    whole_day(settings)
    assert differences(content(settings), small_world.left()) == []


def test_there_is_nothing_to_read_ahead_before_the_first_day(tmp_path: Path, small_world: SmallWorld) -> None:
    fresh = Settings(home=tmp_path / "fresh", project_dir=small_world.folder / "project")
    assert looked_at(fresh, DAY, GRAIN) == []
    with reading_ahead(fresh, DAY, GRAIN):
        pass

"""A day of the small world on two worker processes: the same tables and queues as on this machine, to the bit."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from riskscore import steps
from riskscore.crew import Here
from riskscore.crew.on_dask import OnDask
from riskscore.settings import Settings
from tests.riskscore.steps.small_world import DAY, SmallWorld, content, differences

pytestmark = pytest.mark.slow


@dataclass
class Watched:
    """A crew whose pieces are counted; when so many were asked for, and some are under way, a worker is killed."""

    crew: Any
    dies_at: int | None = None
    pieces: int = 0
    rows_a_piece: int = 200
    """Many pieces of a small day."""

    @property
    def client(self) -> Any:
        return self.crew.client

    def map(self, function: Callable[..., Any], pieces: Iterable[Any]) -> Iterator[Any]:
        return self.crew.map(function, map(self._seen, pieces))

    def _seen(self, piece: Any) -> Any:
        self.pieces += 1
        if self.pieces == self.dies_at:
            os.kill(min(self.client.run(os.getpid).values()), signal.SIGKILL)
        return piece


def features_to_queues(settings: Settings, crew: Watched) -> None:
    vars(steps.open_workspace(settings))["crew"] = crew
    steps.build_features(settings, [DAY], "container")
    steps.score_day(settings, DAY)
    steps.fill_queues(settings, DAY)


def states(home: Path) -> dict[str, bytes]:
    """Return every file of where entities stood."""
    folder = home / "states"
    files = [path for grain in ("container", "voyage") for path in (folder / grain).rglob("*") if path.is_file()]
    assert files
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def knows_features() -> bool:
    """Whether this process runs code of a family: then what it has of them would have to be compared."""
    return "features" in sys.modules


@pytest.mark.parametrize("dies_at", [None, 25], ids=["two workers", "one of two killed meanwhile"])
def test_features_scores_and_queues_are_those_of_one_machine(
    small_world: SmallWorld, two_workers: OnDask, tmp_path: Path, dies_at: int | None
) -> None:
    two_workers.client.wait_for_workers(2, timeout=120)
    settings, before = small_world.copy("take_in", tmp_path), two_workers.client.run(os.getpid)
    crew = Watched(two_workers, dies_at)
    features_to_queues(settings, crew)
    assert crew.pieces > 60
    expected = small_world.settings("fill_queues")
    assert differences(content(settings), content(expected)) == []
    assert states(settings.home) == states(expected.home)
    two_workers.client.wait_for_workers(2, timeout=120)
    assert not any(two_workers.client.run(knows_features).values())
    after = two_workers.client.run(os.getpid)
    assert len({*before.values()} & {*after.values()}) == (2 if dies_at is None else 1)


def test_threads_and_pieces_change_nothing_either(small_world: SmallWorld, tmp_path: Path) -> None:
    settings = small_world.copy("take_in", tmp_path)
    features_to_queues(settings, Watched(Here(3)))
    assert differences(content(settings), content(small_world.settings("fill_queues"))) == []

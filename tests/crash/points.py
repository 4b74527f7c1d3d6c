"""Where a day is killed: drawn at random, the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.crash.worker import TASKS

KINDS = ("worker", "postgres", "report", "scheduler")
VARIANTS = {
    "worker": ("at an instant", "at a write"),
    "postgres": (
        "at an instant, back at once",
        "at an instant, back after the step",
        "at a write, back at once",
        "at a write, back after the step",
    ),
    "report": ("after a COMMIT",),
    "scheduler": (
        "its task lives, the next goes on",
        "its task dies too, the next goes on",
        "its task lives, the next goes on",
        "its task dies too, the next goes on",
        "its task lives, the next begins the day again",
        "its task dies too, the next begins the day again",
    ),
}
"""Kind -> how it is killed; what takes long is drawn half as often as the rest."""


@dataclass(frozen=True)
class Point:
    """What is killed, during which task, how, and how far into it (a share of its time, or of its calls)."""

    kind: str
    task: str
    variant: str
    share: float

    @property
    def is_at_call(self) -> bool:
        """Tell whether a count of calls decides, not time."""
        return self.kind == "report" or "at a write" in self.variant

    def __str__(self) -> str:
        return f"{self.kind} during {self.task}, {self.variant}, {self.share:.3f} into it"


def draw(seed: int, day: int, count: int, kinds: Sequence[str] = KINDS) -> list[Point]:
    """Return `count` points of one day in the order of its tasks, of each kind about as many."""
    random, tasks = Random(f"{seed} {day}"), list(TASKS)
    points = list[Point]()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        points.append(Point(kind, random.choice(tasks), random.choice(VARIANTS[kind]), random.random()))
    return sorted(points, key=lambda point: tasks.index(point.task))

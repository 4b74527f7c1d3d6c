"""The proof: days killed at random points leave what a day leaves that nothing interrupted."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from riskscore.queues import load_policy
from riskscore.store.connecting import connected
from riskscore.store.database import engine_of
from riskscore.store.rights import Role, role_statements
from riskscore.store.schema import upgrade
from tests.crash.day import Costs, CrashProofError, Day
from tests.crash.left import accounted, left_behind
from tests.crash.points import KINDS, Point, draw
from tests.postgres import DURABLE, Postgres, postgres_server
from tests.riskscore.steps.small_world import Content, SmallWorld, differences, moved

POINTS_A_DAY = 25
Report = Callable[[str], None]


@dataclass
class Shown:
    """What was shown so far."""

    left: Content
    """What every day left behind."""
    received: int
    """Rows of deliveries, each accepted, quarantined or refused."""
    seconds: float
    """Of the day that nothing interrupted."""
    points: Counter[Point] = field(default_factory=Counter)
    days: int = 0
    starts: int = 0
    fenced: int = 0
    told_of_loss: int = 0
    unended: int = 0
    """Runs that a kill left without an end, each named by the run that took over."""


@dataclass(frozen=True)
class Place:
    """Where days are run: a world that learned, its rows in a database to be copied."""

    world: SmallWorld
    server: Postgres
    folder: Path
    template: str

    @contextmanager
    def day(self, name: str, costs: Costs) -> Iterator[Day]:
        """Give a day about to begin, on a home and a database of its own."""
        place, database = self.folder / name, self.server.make_database(template=self.template)
        for statement in _roles():  # who may connect is not copied
            self.server.execute(statement, database=database)
        shutil.copytree(self.world.folder / "learned", place / "home", ignore=shutil.ignore_patterns("riskscore.db*"))
        (place / "ended").mkdir()
        address = self.server.address(database, Role.PIPELINE)
        settings = self.world.settings("learned").model_copy(
            update={"home": place / "home", "database_url": address, "jobs": 1}
        )
        yield Day(settings, self.server, place / "ended", costs)
        engine_of(address).dispose()
        self.server.drop_database(database)
        shutil.rmtree(place)


@contextmanager
def placed(world: SmallWorld, folder: Path) -> Iterator[Place]:
    """Run a PostgreSQL whose commits last, with what the world learned in it."""
    with postgres_server(DURABLE) as server:
        template = server.make_database()
        for statement in _roles():
            server.execute(statement, database=template)
        engine = connected(server.address(template))
        upgrade(engine)
        engine.dispose()
        lite = shutil.copy(world.folder / "learned" / "riskscore.db", folder / "learned.db")
        moved(f"sqlite:///{lite}", server.address(template))
        engine_of(server.address(template)).dispose()
        yield Place(world, server, folder, template)


def prove(
    place: Place, *, points: int, seed: int, kinds: Sequence[str] = KINDS, only_day: int | None = None, report: Report
) -> Iterator[Shown]:
    """Kill days at `points` points, or one day of them; yield what was shown so far after each.

    Raises CrashProofError at the first day that ends otherwise than the one that nothing interrupted.
    """
    began = monotonic()
    with place.day("undisturbed", {}) as day:
        day.run([])
        costs = day.costs
        received, _ = accounted(day.settings)
        shown = Shown(left_behind(day.settings), received, monotonic() - began)
    report(f"a day that nothing interrupts: {shown.seconds:.0f} s")
    number = 0 if only_day is None else only_day
    while shown.points.total() < points:
        wanted = min(POINTS_A_DAY, points - shown.points.total())
        began = monotonic()
        with place.day(f"day-{number}", costs) as day:
            _run(day, draw(seed, number, wanted, kinds), shown, again=_again(seed, number, wanted, kinds))
        report(f"day {number}: {day.struck.total()} kills, {day.starts} starts, equal ({monotonic() - began:.0f} s)")
        yield shown
        number += 1
        if only_day is not None:
            return


def _run(day: Day, points: Sequence[Point], shown: Shown, *, again: str) -> None:
    """Run a day and compare what it left; count what happened."""
    told = "; ".join(map(str, points))
    try:
        day.run(points)
        _, unended = accounted(day.settings)
    except (CrashProofError, AssertionError) as error:
        raise CrashProofError(f"{error}. Points: {told}. {again}") from error
    if other := differences(left_behind(day.settings), shown.left):
        raise CrashProofError(f"Not as the day that nothing interrupted: {', '.join(other)}. Points: {told}. {again}")
    shown.points += day.struck
    shown.days += 1
    shown.starts += day.starts
    shown.fenced += day.fenced
    shown.told_of_loss += day.told_of_loss
    shown.unended += unended


def _again(seed: int, day: int, points: int, kinds: Sequence[str]) -> str:
    only = f" --only {kinds[0]}" if len(kinds) == 1 else ""
    return f"Once more: python -m tests.crash --seed {seed} --day {day} --points {points}{only}"


def _roles() -> list[str]:
    return list(role_statements(tuple(load_policy().units)))

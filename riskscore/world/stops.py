"""Units from day to day: whom they stop, what they find, and from when everybody remembers it."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from riskscore.world.arrays import Index, positions_by
from riskscore.world.clock import DAY, day_number
from riskscore.world.examine import finds
from riskscore.world.ledger import Ledger
from riskscore.world.selection import Choice, Memory, choose
from riskscore.world.spec import UNITS, WorldSpec

Arrivals = dict[tuple[int, int], list[Index]]

KNOWN_AFTER_DAYS = 3
"""A stop is decided the day before arrival; what it shows is known to all units this many days after the decision."""


@dataclass(frozen=True)
class Desk:
    """The units' desks: what is about to arrive and what they remember; its contents change from day to day."""

    spec: WorldSpec
    ledger: Ledger
    memory: Memory
    rng: np.random.Generator
    arriving: Arrivals = field(default_factory=lambda: defaultdict(list))
    """Numbers of container rows by unit and day of arrival (from the world's start)."""
    found: dict[int, Index] = field(default_factory=dict)
    """Rows in which contraband was found, by the day of decision."""
    stops: list[tuple[int, int, Choice]] = field(default_factory=list)
    """Unit, day of decision, choice."""


def expect(desk: Desk, rows: Index) -> None:
    """Note when and where new rows will arrive; only the first line of a container counts."""
    rows = rows[desk.ledger["shares_with"][rows] < 0]
    unit = desk.ledger["unit"][rows]
    key = (desk.ledger["arrived_at"][rows] // DAY - day_number(desk.spec.start)) * len(UNITS) + unit
    for number, own in positions_by(key).items():
        desk.arriving[number % len(UNITS), number // len(UNITS)].append(rows[own])


def stop(desk: Desk, day: int) -> None:
    """Let every unit choose on `day` among what arrives tomorrow and is announced."""
    found = [np.empty(0, dtype=np.int64)]
    for unit, name in enumerate(UNITS):
        pool = np.concatenate([*desk.arriving.pop((unit, day + 1), []), np.empty(0, dtype=np.int64)])
        pool = pool[desk.ledger["manifested_on"][pool] <= day_number(desk.spec.start) + day]
        choice = choose(desk.ledger, pool, desk.memory, day, capacity=desk.spec.capacity[name], rng=desk.rng)
        desk.stops.append((unit, day, choice))
        cargo, smuggling = desk.ledger["cargo"][choice.rows], desk.ledger["smuggling"][choice.rows]
        found.append(choice.rows[finds(desk.spec.seed, choice.rows, cargo, smuggling)])
    desk.found[day] = np.concatenate(found)


def remember(desk: Desk, day: int) -> Index:
    """Take note of the finds that become known on `day`; return the campaigns that lost a load."""
    found = desk.found.get(day - KNOWN_AFTER_DAYS, np.empty(0, dtype=np.int64))
    for party in ("shipper", "consignee"):
        desk.memory.party[desk.ledger[party][found]] = day
    desk.memory.place[desk.ledger["place"][found]] = day
    return np.asarray(desk.ledger["campaign"][found], dtype=np.int64)

"""Every figure of the supervisor's page against one worked out another way, over two days of made-up work."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import numpy as np
import pytest
from scipy.stats import norm

from riskscore.desk import Desk, Figures, ItemKey, View, act, day_list, figures
from riskscore.desk.policies import policies
from riskscore.queues.workflow import Claim, HandOver, Hold, RecordOutcome, Release, SendForInspection
from riskscore.store.database import transaction
from riskscore.store.desk_records import AccountRecord
from tests.riskscore.desk.made_queue import ANNA, BEN, BOSS, NOW, TODAY, UNIT, Hands, fill

DAYS = (TODAY + timedelta(days=3), TODAY + timedelta(days=4))
COUNT = 40
UNFINISHED = {"open", "claimed", "held", "inspection"}


@dataclass
class Lived:
    """What became of one item, as the test made it happen."""

    key: ItemKey
    why: str
    probability: float
    weight: float
    state: str = "open"
    result: str = ""
    officer: str = ""
    claimed_at: datetime = NOW
    ended_at: datetime = NOW


def bounds(hits: float, trials: float) -> tuple[float, float]:
    """Return the shares that lie 1.96 standard errors from what was found: the roots of Wilson's equation."""
    if trials == 0:
        return 0.0, 1.0
    rate, z2 = hits / trials, float(norm.ppf(0.975)) ** 2
    roots = np.roots([1 + z2 / trials, -(2 * rate + z2 / trials), rate * rate])
    return float(roots.min()), float(roots.max())


@pytest.fixture
def lived(desk: Desk) -> dict[ItemKey, Lived]:
    """Two days on which three officers did this and that."""
    drawn, clock, done = random.Random(11), desk.clock, 0
    assert isinstance(clock, Hands)
    with transaction(desk.settings.database) as session:
        for name in ("anna", "ben"):
            session.add(AccountRecord(name=name, role="officer", unit=UNIT, password_hash="-", created_at=NOW))
    found: dict[ItemKey, Lived] = {}
    for day in DAYS:
        fill(desk.settings, day=day, count=COUNT)
        clock.now = datetime.combine(day, NOW.timetz())
        for row in day_list(ANNA, desk, UNIT, day, View()).rows:
            one = found[row.key] = Lived(row.key, row.why, row.probability, 1 / row.selection_probability)
            for step in _steps(drawn):
                clock.now += timedelta(minutes=drawn.randint(3, 50))
                done += 1
                _do(desk, one, step, f"made-up-{done:05d}", clock.now)
    return found


def _steps(drawn: random.Random) -> list[str]:
    ways: list[tuple[list[str], int]] = [
        ([], 3),
        (["claim"], 1),
        (["claim", "hold"], 1),
        (["claim", "send"], 1),
        (["claim", "release"], 2),
        (["claim", "hand over", "send", "nothing"], 2),
        (["claim", "send", "inconclusive"], 1),
        (["claim", "send", "nothing"], 9),
        (["claim", "send", "contraband"], 4),
        (["claim", "send", "contraband", "nothing"], 1),
    ]
    return drawn.choices([way for way, _ in ways], [weight for _, weight in ways])[0]


def _do(desk: Desk, one: Lived, step: str, token: str, now: datetime) -> None:
    """Do one step, and note what it should have led to."""
    who = {"anna": ANNA, "ben": BEN}.get(one.officer, ANNA if one.key.container_number[-1] in "02468" else BEN)
    if step == "claim":
        act(who, desk, one.key, Claim(), token=token)
        one.state, one.officer, one.claimed_at = "claimed", who.name, now
    elif step == "hand over":
        one.officer = "ben" if who is ANNA else "anna"
        act(BOSS, desk, one.key, HandOver(one.officer), token=token)
    elif step == "hold":
        act(who, desk, one.key, Hold("papers"), token=token)
        one.state = "held"
    elif step == "send":
        act(who, desk, one.key, SendForInspection(), token=token)
        one.state = "inspection"
    elif step == "release":
        act(who, desk, one.key, Release("documents_in_order"), token=token)
        one.state, one.ended_at = "released", now
    else:
        given = {"substance": "cocaine", "quantity_kg": 3.5} if step == "contraband" else {}
        act(who, desk, one.key, RecordOutcome("physical", step, now, **given), token=token)  # type: ignore[arg-type]  # fields by name
        one.ended_at = one.ended_at if one.result else now
        one.state, one.result = "examined", step


@pytest.fixture
def told(desk: Desk, lived: Mapping[ItemKey, Lived]) -> Figures:
    assert lived
    return figures(BOSS, desk, UNIT, *DAYS)


def judged(items: list[Lived]) -> tuple[list[Lived], list[Lived]]:
    """Return what was examined with an answer, and what was found."""
    known = [one for one in items if one.result in {"contraband", "nothing"}]
    return known, [one for one in known if one.result == "contraband"]


def test_hit_rates_by_reason_to_choose(told: Figures, lived: Mapping[ItemKey, Lived]) -> None:
    rest = dict[str, tuple[float, float, float, float]]()
    for one in told.hit_rates:
        mine = [item for item in lived.values() if item.why == one.why]
        examined, hits = judged(mine)
        assert (one.listed, one.examined, one.hits) == (len(mine), len(examined), len(hits))
        assert one.stands_for == pytest.approx(sum(item.weight for item in mine))
        assert len({item.weight for item in mine}) == 1, "so that the plain share is the weighted one"
        expected = (len(hits) / len(examined), *bounds(len(hits), len(examined)))
        assert (one.rate, one.low, one.high) == pytest.approx(expected)
        rest[one.why] = (one.stands_for, *expected)
    assert {one.why for one in told.hit_rates} == {"mandatory", "score", "random"}
    whole = sum(weight for weight, *_ in rest.values())
    base = [sum(weight * parts[place] for weight, *parts in rest.values()) / whole for place in range(3)]
    assert [told.base_rate, told.base_low, told.base_high] == pytest.approx(base)


def test_precision_and_recall_against_capacity(told: Figures, lived: Mapping[ItemKey, Lived]) -> None:
    capacity = policies().units[UNIT].capacity
    assert [one.capacity for one in told.at_capacity] == [round(capacity * part / 4) for part in (1, 2, 3, 4)]
    _, finds = judged(list(lived.values()))
    all_finds = sum(one.weight for one in finds)
    for row in told.at_capacity:
        opened = list[Lived]()
        for day in DAYS:
            chosen = [one for one in lived.values() if one.key.day == day and one.why != "random"]
            opened += sorted(chosen, key=lambda one: -one.probability)[: row.capacity]
        examined, hits = judged(opened)
        assert (row.examined, row.hits) == (len(examined), len(hits))
        precision = (len(hits) / len(examined), *bounds(len(hits), len(examined)))
        assert (row.precision, row.precision_low, row.precision_high) == pytest.approx(precision)
        share = len(hits) / all_finds
        recall = (share, *bounds(share * len(finds), len(finds)))
        assert (row.recall, row.recall_low, row.recall_high) == pytest.approx(recall)
    assert told.at_capacity[-1].hits > told.at_capacity[0].hits > 0


def test_what_chance_found_and_the_score_missed(told: Figures, lived: Mapping[ItemKey, Lived]) -> None:
    found = sorted(one.key for one in lived.values() if one.why == "random" and one.result == "contraband")
    assert found
    assert sorted(one.key for one in told.missed) == found
    assert {(one.substance, one.quantity_kg) for one in told.missed} == {("cocaine", 3.5)}


def test_load_of_officers(told: Figures, lived: Mapping[ItemKey, Lived]) -> None:
    assert [one.officer for one in told.load] == ["anna", "ben"]
    for load in told.load:
        mine = [one for one in lived.values() if one.officer == load.officer]
        ended = [one for one in mine if one.state not in UNFINISHED]
        hours = [(one.ended_at - one.claimed_at).total_seconds() / 3600 for one in ended]
        assert (load.in_hand, load.done) == (len(mine) - len(ended), len(ended))
        assert load.median_hours == pytest.approx(median(hours))


def test_ageing_and_open_ends(desk: Desk, told: Figures, lived: Mapping[ItemKey, Lived]) -> None:
    waiting = [one for one in lived.values() if one.state in UNFINISHED]
    assert all(one.key.day in DAYS for one in waiting)
    assert [one.days for one in told.ageing] == [0, 1, 2, 3, 7, 14, 30]
    today = desk.now().date()
    ages = [((today - one.key.day).days, one.state == "open") for one in waiting]
    ages += [((today - TODAY).days, True)] * 8 + [((today - TODAY).days + 1, True)] * 3  # nobody worked these queues
    for row, until in zip(told.ageing, (1, 2, 3, 7, 14, 30, 10_000), strict=True):
        mine = [is_open for age, is_open in ages if age in range(row.days, until)]
        assert (row.open, row.in_hand) == (sum(mine), len(mine) - sum(mine))
    risky = {one.key for one in waiting if one.probability >= 0.05 or one.why == "mandatory"}
    assert {one.key for one in told.open_ends if one.key.day in DAYS} == risky

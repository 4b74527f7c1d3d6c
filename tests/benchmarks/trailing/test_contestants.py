"""Every contestant against an answer that looks at every event of an entity for every row; in CI none is missing."""

import os
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from benchmarks.trailing import ours
from benchmarks.trailing.contestants import CONTESTANTS, FLOOR
from benchmarks.trailing.task import ENTITIES, WINDOWS, Answer, Task, assert_equal, column, columns
from riskscore.crew import ALONE

DAYS = {"day": 1, "year": 365}
WHO = [(name, one) for name, contestants in CONTESTANTS.items() for one in contestants if one.name != FLOOR]


def asked(stream, name, scratch):
    return Task(stream, stream.last_day - DAYS[name] + 1, stream.last_day, 1, threads=2, scratch=scratch)


def everything(stream):
    return pq.read_table(stream.files(stream.first_day, stream.last_day), partitioning=None).to_pandas()


def plain_rows(stream, first):
    """The five measures of each row, one row after the other."""
    events = everything(stream)
    day, value, hit = (events[name].to_numpy() for name in ("day", "value", "hit"))
    of_key = {entity: events.groupby(entity).indices for entity in ENTITIES}
    overall = cache(lambda on, window: hit[(day > on - window) & (day <= on)].mean())
    for row in events[events["day"] >= first].itertuples():
        found = {}
        for entity, window in product(ENTITIES, WINDOWS):
            mine = of_key[entity][getattr(row, entity)]
            alive = mine[(day[mine] > row.day - window) & (day[mine] <= row.day)]
            earlier = day[alive][day[alive] < row.day]
            found[column(entity, "count", window)] = len(alive)
            found[column(entity, "value", window)] = value[alive].sum()
            found[column(entity, "mean", window)] = value[alive].mean()
            rate = (hit[alive].sum() + 20 * overall(row.day, window)) / (len(alive) + 20)
            found[column(entity, "rate", window)] = rate
            found[column(entity, "gap", window)] = row.day - earlier.max() if len(earlier) else -1
        yield row.consignment, row.day, found


@pytest.fixture(scope="module")
def expected(stream):
    found = list(plain_rows(stream, stream.last_day - 364))
    numbers, days = [number for number, _, _ in found], np.array([day for _, day, _ in found])
    rows = pd.DataFrame([row for _, _, row in found], index=numbers)
    digests = rows.mul([1 + number % 1009 for number in numbers], axis=0).groupby(days).sum()
    return Answer({name: digests[name] for name in digests}, {name: rows[name] for name in rows})


@pytest.mark.parametrize(("name", "contestant"), WHO, ids=[f"{name}-{one.name}" for name, one in WHO])
def test_an_answer_equals_a_look_at_every_event(stream, expected, tmp_path, name, contestant):
    if not (contestant.is_installed or os.environ.get("CI")):
        pytest.skip(f"{contestant.needs} is not installed; `make peers` does it")
    task = asked(stream, name, tmp_path)
    if contestant.before:
        contestant.load(contestant.before)(task)
    found = Answer.of(contestant.load(contestant.function)(task))
    days = everything(stream)["day"]
    rows = days[days >= task.first]
    assert set(found.rows) == set(found.digests) == set(columns())
    assert {len(series) for series in found.rows.values()} == {len(rows)}
    assert assert_equal(contestant.name, found, expected) == (75 * rows.nunique(), 75 * len(rows))


def test_ours_has_as_many_threads_as_all(stream, tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(ours, "Here", lambda threads: given.append(threads) or ALONE)
    day, year = (replace(asked(stream, name, tmp_path), threads=7) for name in DAYS)
    ours.yesterday(day)
    assert list(ours.one_day(day))
    assert next(ours.one_year(year))
    assert given == [7, 7, 7]


def test_the_floor_reads_every_month_that_matters_and_answers_nothing(stream, tmp_path):
    floor = next(one for one in CONTESTANTS["year"] if one.name == FLOOR)
    assert list(floor.load(floor.function)(asked(stream, "year", tmp_path))) == []

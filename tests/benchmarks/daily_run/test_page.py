"""The page's arithmetic: a line through two days, followed to a hub."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.daily_run.day import Behind, Beside, Day, Home, cheapest, days_in_turn
from benchmarks.daily_run.measured import Cost
from benchmarks.daily_run.page import page


def day(containers: int, history: int) -> Day:
    """Two fixed seconds and a tenth of one a thousand containers, whatever lies behind."""
    cost = Cost(wall=1.0, cpu=2 + containers / 10_000, peak=0.5)
    return Day(containers, history, Behind(10, 5, lake=containers / 1e6, states=containers / 1e7), {"score": cost})


def test_a_hub_costs_what_a_line_through_the_two_largest_days_says() -> None:
    lines = list(page([day(1_000, 1095), day(10_000, 90), day(10_000, 1095), day(30_000, 1095)]))
    assert "| score, CPU seconds | 2.0 | 0.100 | 2.0 + 500 x 0.100 = 52.0 |" in lines
    assert "| **the day**, seconds | 1.0 | 0.000 | 1.0 + 500 x 0.000 = 1.0 |" in lines
    assert "* lake: 0.03 GB x 16.7 = 0 GB" in lines
    assert "* facts: 10 x 16.7 = 167" in lines
    assert any(
        "of 1,000 containers, which it was not drawn through, 2.1 CPU seconds where 2.1" in line for line in lines
    )
    assert any("through the days of 10,000 and 30,000 containers" in line for line in lines)


def test_what_came_from_the_disk_is_told_of_each_step_and_of_the_day() -> None:
    steps = {"score": Cost(1.0, 1.0, 0.5, read=0.25), "queues": Cost(1.0, 1.0, 0.5, read=0.5)}
    lines = list(page([replace(day(1_000, 90), steps=steps)]))
    assert "| 1,000 | 90 | score | 1.0 | 1.0 | 0.50 | 0.25 |" in lines
    assert "| 1,000 | 90 | **the day** | 2.0 | 2.0 | 0.50 | 0.75 |" in lines


def test_one_size_is_no_line() -> None:
    assert not any("extrapolation" in line for line in page([day(1_000, 90), day(1_000, 1095)]))


def test_a_longer_history_is_held_against_the_next_shorter_and_the_shortest() -> None:
    days = [day(1_000, history) for history in (365, 90, 1095)]
    slower = {365: 2.0, 90: 1.0, 1095: 3.0}
    costs = [{"score": replace(one.steps["score"], cpu=slower[one.history])} for one in days]
    lines = list(page([replace(one, steps=steps) for one, steps in zip(days, costs, strict=True)]))
    told = [line.split(" | ")[-2:] for line in lines if " | 10 | 5 | " in line]
    assert told == [["2.00", "2.00 |"], ["1.00", "1.00 |"], ["1.50", "3.00 |"]]


def test_the_line_goes_through_the_longest_history_that_both_sizes_have() -> None:
    lines = list(page([day(1_000, 90), day(1_000, 365), day(1_000, 1095), day(30_000, 90), day(30_000, 365)]))
    assert any("containers behind" in line for line in lines)
    assert any(line.startswith("365 days of history") for line in lines)


def test_pandas_is_told_where_it_ran_and_the_middle_decides() -> None:
    walls = [25.0, 21.0, 24.0]
    runs = tuple(Beside(day=Cost(2.0, 3.0, 0.7), pandas=Cost(wall, 30.0, 4.0)) for wall in walls)
    lines = list(page([replace(day(1_000, 90), beside=runs), day(1_000, 1095)]))
    told = [f"| 1,000 | 90 | {wall} s | 4.00 | 2.0 s | 0.70 | {wall / 2} |" for wall in walls]
    assert [line for line in lines if " s | " in line] == told
    assert "\nThe middle of 3: **12.0 times**." in lines
    lines = list(page([replace(day(1_000, 90), beside=runs[:2])]))
    assert "\nThe middle of 2: **10.5 times**." in lines
    assert not any("pandas" in line for line in page([day(1_000, 90)]))


def test_sizes_without_a_history_in_common_make_no_line() -> None:
    assert not any("extrapolation" in line for line in page([day(1_000, 90), day(30_000, 365)]))


def test_the_line_leaves_out_a_size_that_shares_no_history() -> None:
    lines = list(page([day(1_000, 1095), day(30_000, 365), day(100_000, 1095)]))
    assert any("through the days of 1,000 and 100,000 containers" in line for line in lines)


def test_of_several_runs_the_cheapest_of_each_step_counts_but_beside_pandas_the_runs_themselves() -> None:
    costs = [(3.0, 20.0), (2.0, 30.0), (4.0, 25.0)]
    steps = [{"score": Cost(1.0, score, 0.5), "queues": Cost(1.0, queues, 0.5)} for score, queues in costs]
    runs = [replace(day(1_000, 90), steps=one) for one in steps]
    pairs = [(Beside(day=run.whole, pandas=Cost(9.0, 9.0, 4.0)),) for run in runs[1:]]
    found = cheapest([runs[0], *(replace(run, beside=pair) for run, pair in zip(runs[1:], pairs, strict=True))])
    assert found.whole.cpu == 22.0
    assert [pair.day.cpu for pair in found.beside] == [32.0, 29.0]


def test_pandas_runs_beside_the_last_rounds_of_the_day_with_the_most_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[int, bool]] = []

    def run(home: Home, *, beside: bool) -> Day:
        ran.append((home.history, beside))
        return day(home.containers, home.history)

    monkeypatch.setattr(Home, "run", run)
    homes = [Home(Path("somewhere"), 1_000, history) for history in (1095, 90)]
    days_in_turn(homes, 4, beside=True)
    assert ran == [(1095, False), (90, False), *[(1095, True), (90, False)] * 3]
    ran.clear()
    days_in_turn(homes, 2)
    assert ran == [(1095, False), (90, False)] * 2

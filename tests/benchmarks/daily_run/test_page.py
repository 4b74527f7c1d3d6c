"""The page's arithmetic: a line through two days, followed to a hub."""

from dataclasses import replace

from benchmarks.daily_run.day import Behind, Beside, Day, cheapest
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


def test_pandas_is_told_where_it_ran() -> None:
    one_run = Beside(day=Cost(wall=2.0, cpu=3.0, peak=0.7), pandas=Cost(wall=25.0, cpu=30.0, peak=4.0))
    with_pandas = replace(day(1_000, 90), beside=one_run)
    lines = list(page([with_pandas, day(1_000, 1095)]))
    assert "| 1,000 | 90 | 25.0 s | 4.00 | 2.0 s | 0.70 | 12.5 |" in lines
    assert not any("pandas" in line for line in page([day(1_000, 90)]))


def test_sizes_without_a_history_in_common_make_no_line() -> None:
    assert not any("extrapolation" in line for line in page([day(1_000, 90), day(30_000, 365)]))


def test_the_line_leaves_out_a_size_that_shares_no_history() -> None:
    lines = list(page([day(1_000, 1095), day(30_000, 365), day(100_000, 1095)]))
    assert any("through the days of 1,000 and 100,000 containers" in line for line in lines)


def test_of_several_runs_the_cheapest_of_each_step_counts_but_beside_pandas_the_run_itself() -> None:
    costs = [(3.0, 20.0), (2.0, 30.0)]
    steps = [{"score": Cost(1.0, score, 0.5), "queues": Cost(1.0, queues, 0.5)} for score, queues in costs]
    runs = [replace(day(1_000, 90), steps=one) for one in steps]
    beside = Beside(day=runs[1].whole, pandas=Cost(9.0, 9.0, 4.0))
    found = cheapest([runs[0], replace(runs[1], beside=beside)])
    assert found.whole.cpu == 22.0
    assert found.beside is not None
    assert found.beside.day.cpu == 32.0

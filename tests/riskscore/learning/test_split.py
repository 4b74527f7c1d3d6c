from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.errors import TrainingDataError
from riskscore.learning.spec import SplitPlan
from riskscore.learning.split import DayRange, SplitDays, plan_days, split_rows

START = date(2026, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def span(first: int, last: int) -> DayRange:
    return DayRange(first=day(first), last=day(last))


@given(
    numbers=st.lists(st.integers(0, 120), min_size=1, max_size=60),
    warm_up=st.integers(0, 10),
    calibrate=st.integers(1, 10),
    test=st.integers(0, 10),
    gap=st.integers(0, 5),
)
def test_nothing_learned_from_is_as_late_as_what_it_is_judged_on(
    numbers: list[int], warm_up: int, calibrate: int, test: int, gap: int
) -> None:
    plan = SplitPlan(warm_up_days=warm_up, calibrate_days=calibrate, test_days=test, gap_days=gap)
    days = pd.Series([day(number) for number in numbers])
    needed = warm_up + 1 + calibrate + gap + (test + gap if test else 0)
    if max(numbers) - min(numbers) + 1 < needed:
        with pytest.raises(TrainingDataError):
            plan_days(plan, days)
        return
    parts = list(plan_days(plan, days).parts.values())
    assert [(part.last - part.first).days + 1 for part in parts[1:]] == [calibrate, test][: len(parts) - 1]
    assert parts[0].first == day(min(numbers) + warm_up)
    assert parts[-1].last == day(max(numbers))
    assert all((after.first - before.last).days == gap + 1 for before, after in pairwise(parts))


def test_a_train_part_of_so_many_days_ends_where_calibration_starts() -> None:
    plan = SplitPlan(train=5, calibrate_days=3, test_days=2)
    split = plan_days(plan, pd.Series([day(number) for number in range(20)]))
    assert split == SplitDays(train=span(10, 14), calibrate=span(15, 17), test=span(18, 19))


def test_parts_that_share_a_day_are_refused() -> None:
    with pytest.raises(TrainingDataError, match=r"Part calibrate \(2026-01-06.*before train"):
        SplitDays(train=span(0, 5), calibrate=span(5, 8), test=span(9, 10))
    with pytest.raises(TrainingDataError, match="Part test"):
        SplitDays(train=span(0, 5), calibrate=span(6, 8), test=span(1, 10))


def test_a_part_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(TrainingDataError, match="No day"):
        span(5, 4)


def test_every_row_is_in_the_part_of_its_day_or_in_none() -> None:
    split = SplitDays(train=span(2, 5), calibrate=span(7, 8), test=span(10, 11))
    numbers = np.repeat(np.arange(13), 2)
    labels = pd.Series(np.tile([0, 1], 13))
    rows = split_rows(split, pd.Series([day(int(number)) for number in numbers]), labels)
    found = {name: sorted(set(numbers[inside].tolist())) for name, inside in rows.items()}
    assert found == {"train": [2, 3, 4, 5], "calibrate": [7, 8], "test": [10, 11]}


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("late", [3, 6, 9])
def test_a_part_of_one_class_is_refused_by_name(late: int, label: int) -> None:
    split = SplitDays(train=span(0, 3), calibrate=span(4, 6), test=span(7, 9))
    days = pd.Series([day(number) for number in range(10) for _ in range(2)])
    labels = pd.Series([0, 1] * 10).mask((days <= day(late)) & (days > day(late - 4)), label)
    name = {3: "train", 6: "calibrate", 9: "test"}[late]
    with pytest.raises(TrainingDataError, match=f"Part {name}.*wants both kinds"):
        split_rows(split, days, labels)


def test_an_empty_part_is_refused() -> None:
    split = SplitDays(train=span(0, 3), calibrate=span(4, 6), test=None)
    with pytest.raises(TrainingDataError, match=r"Part calibrate .* 0 row"):
        split_rows(split, pd.Series([day(0), day(1)]), pd.Series([0, 1]))


def test_no_rows_at_all_are_refused() -> None:
    with pytest.raises(TrainingDataError, match="No row"):
        plan_days(SplitPlan(calibrate_days=1, test_days=1), pd.Series([], dtype="datetime64[s]"))

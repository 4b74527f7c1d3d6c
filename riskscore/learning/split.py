"""Split rows by day, and by nothing else: train before calibrate before test."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import model_validator

from riskscore.errors import TrainingDataError
from riskscore.learning.spec import SplitPlan, Strict
from riskscore.learning.training_set import as_days

PartName = Literal["train", "calibrate", "test"]
Rows = npt.NDArray[np.bool_]
Parts = dict[PartName, Rows]
"""Which rows belong to which part; no `test` where the model is judged elsewhere."""


class DayRange(Strict):
    """Whole days from `first` to `last`, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise TrainingDataError(
                f"No day lies between {self.first} and {self.last}. Give more days, or smaller parts."
            )
        return self

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


class SplitDays(Strict):
    """The days of each part; later parts start after earlier ones end, and days between them belong to none.

    Raises TrainingDataError where two parts share a day.
    """

    train: DayRange
    calibrate: DayRange
    test: DayRange | None

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        parts = list(self.parts.items())
        for (earlier, before), (later, after) in pairwise(parts):
            if after.first <= before.last:
                raise TrainingDataError(
                    f"Part {later} ({after}) starts before {earlier} ({before}) has ended. "
                    "A model is judged on days after those it learned from."
                )
        return self

    @property
    def parts(self) -> dict[PartName, DayRange]:
        """The days of each part there is, in order of time."""
        always: dict[PartName, DayRange] = {"train": self.train, "calibrate": self.calibrate}
        return always if self.test is None else {**always, "test": self.test}


def plan_days(plan: SplitPlan, days: pd.Series) -> SplitDays:
    """Deal out the days from the first to the last of `days`; raise TrainingDataError where they do not suffice."""
    numbers = as_days(days)
    if not len(numbers):
        raise TrainingDataError("No row to train on. Wait for outcomes of inspections, or widen the days read.")
    first, last = numbers.min().item(), numbers.max().item()
    ending, test = last, None
    if plan.test_days:
        test = DayRange(first=_back(ending, plan.test_days - 1), last=ending)
        ending = _back(test.first, plan.gap_days + 1)
    calibrate = DayRange(first=_back(ending, plan.calibrate_days - 1), last=ending)
    ending = _back(calibrate.first, plan.gap_days + 1)
    warm = first + timedelta(days=plan.warm_up_days)
    starting = warm if plan.train == "rest" else _back(ending, plan.train - 1)
    if starting < warm or ending < warm:
        raise TrainingDataError(
            f"Rows run from {first} to {last}: too few days for {plan.warm_up_days} to warm up, to train, "
            f"{plan.calibrate_days} to calibrate and {plan.test_days} to test. Give more days, or smaller parts."
        )
    return SplitDays(train=DayRange(first=starting, last=ending), calibrate=calibrate, test=test)


def split_rows(split: SplitDays, days: pd.Series, labels: pd.Series) -> Parts:
    """Return the rows of each part; raise TrainingDataError where a part is empty or has one class only."""
    numbers, outcomes = as_days(days), labels.to_numpy(dtype=np.float64)
    rows: Parts = {name: _within(part, numbers) for name, part in split.parts.items()}
    for name, part in split.parts.items():
        positives, found = int(outcomes[rows[name]].sum()), int(rows[name].sum())
        if positives in (0, found):
            raise TrainingDataError(
                f"Part {name} ({part}) has {found} row(s), {positives} of them positive: it wants both kinds. "
                "Give more days, or larger parts."
            )
    return rows


def _within(part: DayRange, numbers: npt.NDArray[np.datetime64]) -> Rows:
    return (numbers >= np.datetime64(part.first)) & (numbers <= np.datetime64(part.last))


def _back(day: date, days: int) -> date:
    return day - timedelta(days=days)

"""Pandas over the whole history has our answers, or says so."""

import pytest

from benchmarks.daily_run import papers, with_pandas
from benchmarks.daily_run.day import features_by_pandas
from tests.riskscore.steps.small_world import DAY, SmallWorld


@pytest.mark.parametrize("days_at_once", [3, 90])
def test_a_day_worked_out_anew_is_the_same(
    small_world: SmallWorld, days_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "DAYS_AT_ONCE", days_at_once)
    cost = features_by_pandas(small_world.settings("build_features"), DAY)
    assert cost.wall > 0


def test_other_answers_are_refused(small_world: SmallWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = with_pandas.FullHistory.total
    monkeypatch.setattr(with_pandas.FullHistory, "total", lambda self, total: whole(self, total) + 1)
    with pytest.raises(AssertionError):
        features_by_pandas(small_world.settings("build_features"), DAY)

"""Outcomes: calibration recovers a known bias, chance alone is no alarm, delays are quantiles by place."""

import numpy as np
import pandas as pd
import pytest

from riskscore.monitoring import calibration, label_delays, load_monitor_policy, reliability

POLICY = load_monitor_policy()


def outcomes(rows: int, *, times: float, drawn: float = 0.0, seed: int = 5) -> pd.DataFrame:
    """Return outcomes of queued containers where finds are `times` what was said, a share of them drawn at random."""
    random = np.random.default_rng(seed)
    said = random.uniform(0.02, 0.3, rows)
    is_drawn = random.random(rows) < drawn
    return pd.DataFrame(
        {
            "probability": said,
            "selection_probability": np.where(is_drawn, 0.05, 1.0),
            "why": np.where(is_drawn, "random", "score"),
            "is_hit": (random.random(rows) < said * times).astype(float),
        }
    )


@pytest.mark.parametrize(("times", "level"), [(1.0, "ok"), (2.2, "warn"), (0.1, "alarm")])
def test_a_bias_is_found_and_chance_is_not(times: float, level: str) -> None:
    whole, _ = calibration(outcomes(3_000, times=times), POLICY)
    assert whole.level == level


@pytest.mark.parametrize("seed", range(20))
def test_a_calibrated_model_is_left_alone(seed: int) -> None:
    found = list(calibration(outcomes(400, times=1.0, drawn=0.3, seed=seed), POLICY))
    assert {one.level for one in found} == {"ok"}
    assert None not in {one.value for one in found}


def test_few_outcomes_judge_nothing() -> None:
    assert [one.value for one in calibration(outcomes(POLICY.least.outcomes - 1, times=9), POLICY)] == [None, None]


def test_a_row_drawn_counts_for_those_it_stands_for() -> None:
    """One drawn find among many chosen misses moves the weighted rate as its weight says."""
    rows = pd.DataFrame(
        {"probability": 0.1, "selection_probability": [0.01] + [1.0] * 100, "is_hit": [1.0] + [0.0] * 100}
    )
    (only,) = reliability(rows)
    assert only.happened == pytest.approx(100 / 200)


def test_delays_are_quantiles_by_place_and_a_country_has_more_time_than_a_unit() -> None:
    days = np.linspace(0, 30, 61)
    rows = pd.concat(
        [
            pd.DataFrame({"place": "NLRTM", "delay_days": days, "is_shared": False}),
            pd.DataFrame({"place": "ES", "delay_days": days, "is_shared": True}),
            pd.DataFrame({"place": "BEANR", "delay_days": [99.0], "is_shared": False}),
        ]
    )
    found = {one.place: one for one in label_delays(rows, POLICY)}
    assert {place: one.level for place, one in found.items()} == {"NLRTM": "alarm", "ES": "ok", "BEANR": "ok"}
    assert found["NLRTM"].value == pytest.approx(27)
    assert found["BEANR"].value is None

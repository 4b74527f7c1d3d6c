"""Drift: the index against its definition, its chance bound against drawing, and what is said of a feature."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscore.monitoring import Reference, coverage_finding, drift_findings, load_monitor_policy
from riskscore.monitoring.drift import MISSING, SCORE, Spread, chance, stability_index

POLICY = load_monitor_policy()
COUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=12)


def reference(values: np.ndarray, gain: float = 1.0) -> Reference:
    features = pd.DataFrame({"weight_kg": values, "other": np.zeros(len(values))})
    return Reference.of(features, np.linspace(-3, 3, len(values)), np.full(len(values), 0.9), [gain, 1 - gain])


def tallied(spread: Spread, values: np.ndarray, name: str = "weight_kg") -> pd.DataFrame:
    counts = spread.count(values)
    return pd.DataFrame({"name": name, "bin": np.arange(len(counts)) + MISSING, "rows": counts})


@given(COUNTS, st.data())
def test_the_index_is_its_definition_and_alike_both_ways(before: list[int], data: st.DataObject) -> None:
    now = data.draw(st.lists(st.integers(0, 10_000), min_size=len(before), max_size=len(before)))
    p = [(count + 0.5) / (sum(before) + 0.5 * len(before)) for count in before]
    q = [(count + 0.5) / (sum(now) + 0.5 * len(now)) for count in now]
    by_hand = sum((b - a) * np.log(b / a) for a, b in zip(p, q, strict=True))
    assert stability_index(before, now) == pytest.approx(by_hand, abs=1e-12)
    assert stability_index(before, now) == pytest.approx(stability_index(now, before), abs=1e-12)
    assert stability_index(before, before) == 0


@pytest.mark.parametrize("rows", [500, 5_000])
def test_chance_is_passed_once_in_a_thousand_where_nothing_drifts(rows: int) -> None:
    random = np.random.default_rng(7)
    shares = np.full(10, 0.1)
    pairs = [(random.multinomial(4_000, shares), random.multinomial(rows, shares)) for _ in range(2_000)]
    beyond = np.mean([stability_index(before, now) > chance(before, now) for before, now in pairs])
    assert beyond <= 0.004


def test_bins_are_tenths_and_missing_values_have_one_of_their_own() -> None:
    values = np.array([*range(100), np.nan, np.nan], dtype=float)
    spread = Spread.of(values)
    assert spread.counts[0] == 2
    assert sum(spread.counts) == 102
    assert max(spread.counts[1:]) <= 11
    assert Spread.of(np.array([np.nan, np.nan])).counts == (2, 0)
    assert Spread.of(np.full(50, 3.0)).count(np.array([2.0, 3.0, 4.0])).tolist() == [0, 1, 2]


def test_a_feature_that_stays_is_ok_one_that_moves_alarms_and_one_that_matters_little_only_warns() -> None:
    values = np.random.default_rng(1).normal(size=4_000)
    for gain, shift, level in [(1.0, 0.0, "ok"), (1.0, 1.5, "alarm"), (0.001, 1.5, "warn")]:
        known = reference(values, gain)
        found = drift_findings(known, tallied(known.spreads["weight_kg"], values[::2] + shift), POLICY)
        (one,) = [finding for finding in found if finding.place == "weight_kg"]
        assert (one.level, bool(one.then)) == (level, level != "ok")


def test_values_that_go_missing_are_a_drift() -> None:
    values = np.random.default_rng(1).normal(size=1_000)
    known = reference(values)
    now = np.where(np.arange(1_000) % 2, np.nan, values)
    (one,) = [f for f in drift_findings(known, tallied(known.spreads["weight_kg"], now), POLICY) if f.value]
    assert one.level == "alarm"
    assert "missing 50.0%, on the training days 0.0%" in one.what


def test_nothing_is_judged_without_rows_or_without_a_reference() -> None:
    known = reference(np.arange(100.0))
    nothing = tallied(known.spreads["weight_kg"], np.array([])).head(0)
    assert {finding.value for finding in drift_findings(known, nothing, POLICY)} == {None}
    (one,) = drift_findings(None, nothing, POLICY)
    assert "train it again" in one.what


def test_a_reference_is_read_as_it_was_written() -> None:
    known = reference(np.array([1.0, 2.0, np.nan, 5.0]))
    assert Reference.from_json(known.to_json()) == known
    assert SCORE in known.spreads


@pytest.mark.parametrize(("now", "level"), [(0.95, "ok"), (0.9, "ok"), (0.8, "warn"), (0.5, "alarm"), (None, "ok")])
def test_coverage_is_held_against_that_of_the_training_days(now: float | None, level: str) -> None:
    assert coverage_finding(reference(np.arange(10.0)), now, POLICY).level == level


def test_a_feature_that_grows_with_the_calendar_is_not_judged_and_says_why() -> None:
    values = np.random.default_rng(1).normal(size=4_000)
    known = replace(reference(values), restless={"weight_kg": "it grows by a day a day"})
    moved = tallied(known.spreads["weight_kg"], values + 9)
    found = {one.place: one for one in drift_findings(Reference.from_json(known.to_json()), moved, POLICY)}
    assert (found["weight_kg"].level, found["weight_kg"].value) == ("ok", None)
    assert "it grows by a day a day" in found["weight_kg"].what

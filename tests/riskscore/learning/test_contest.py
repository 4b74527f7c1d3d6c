"""Who scores after a contest: the better one, the one in use where nobody can tell, and never one that cannot score."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskscore.errors import ModelError, ModelSpecError
from riskscore.learning import Artefact, Rule, TrainingSet, decide, load_rule, train, unopposed
from riskscore.learning.evaluate import average_precision, brier

DAY = date(2026, 3, 6)
RULE = Rule(metric="average_precision", least_gain=0.0, most_brier_ratio=1.05, least_finds=10)
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def blind(make_spec, rows: TrainingSet) -> Artefact:
    """A model of the same features that learned from labels dealt out anew."""
    dealt = np.random.default_rng(1).permutation(rows.labels.to_numpy())
    return train(make_spec(), replace(rows, labels=pd.Series(dealt, rows.labels.index)))


def judged(artefact: Artefact, rows: TrainingSet) -> tuple[np.ndarray, np.ndarray]:
    """Labels and raw scores of the test days, picked without the code under test."""
    last = pd.to_datetime(rows.days).max()
    inside = (pd.to_datetime(rows.days) > last - pd.Timedelta(days=10)).to_numpy()
    return rows.labels.to_numpy()[inside], artefact.raw(artefact.values(rows.features[inside]))


def test_the_better_one_takes_over_and_the_worse_one_does_not(artefact, blind, rows):
    won = decide(RULE, artefact, blind, rows, day=DAY)
    lost = decide(RULE, blind, artefact, rows, day=DAY)
    assert (won.is_promoted, won.winner) == (True, artefact.artefact_id)
    assert (lost.is_promoted, lost.winner) == (False, artefact.artefact_id)
    assert won.comparison.gain == pytest.approx(-lost.comparison.gain)
    assert won.comparison.gain_low < won.comparison.gain < won.comparison.gain_high


def test_both_are_judged_on_the_challengers_test_days(artefact, blind, rows):
    comparison = decide(RULE, artefact, blind, rows, day=DAY).comparison
    for model, figures in ((artefact, comparison.challenger), (blind, comparison.champion)):
        labels, raw = judged(model, rows)
        assert (comparison.rows, comparison.finds) == (len(labels), labels.sum())
        assert figures.ranking == pytest.approx(average_precision(labels, raw))
        assert figures.brier == pytest.approx(brier(labels, model.probability(raw)))


def test_a_model_that_learned_from_later_days_is_not_judged_on_them(make_spec, artefact, rows):
    """The champion calibrated on days that the challenger only tests on: those rows are left out, here all of them."""
    later = train(make_spec(split={"calibrate_days": 10, "test_days": 0}), rows)
    decision = decide(RULE, artefact, later, rows, day=DAY)
    assert not decision.is_promoted
    assert decision.comparison is None
    assert "0 find(s) among 0 rows" in decision.why


def test_few_finds_leave_the_one_in_use(artefact, blind, rows):
    strict = RULE.model_copy(update={"least_finds": 10_000})
    assert decide(strict, artefact, blind, rows, day=DAY).winner == blind.artefact_id


@pytest.mark.parametrize("changed", [{"least_gain": 0.99}, {"most_brier_ratio": 0.01}])
def test_each_clause_can_refuse(artefact, blind, rows, changed):
    assert not decide(RULE.model_copy(update=changed), artefact, blind, rows, day=DAY).is_promoted


def test_equals_go_to_the_newer(artefact, rows):
    assert decide(RULE, artefact, artefact, rows, day=DAY).is_promoted


def test_a_model_whose_features_are_gone_is_replaced(make_spec, artefact, rows):
    wider = replace(rows, features=rows.features.assign(new=0.0))
    decision = decide(RULE, train(make_spec(), wider), artefact, wider, day=DAY)
    assert decision.is_promoted
    assert "cannot score any more" in decision.why


def test_the_first_model_is_promoted(artefact):
    decision = unopposed(artefact, DAY)
    assert (decision.is_promoted, decision.winner, decision.champion) == (True, artefact.artefact_id, None)


def test_a_challenger_without_test_days_is_refused(make_spec, artefact, rows):
    untested = train(make_spec(split={"calibrate_days": 10, "test_days": 0}), rows)
    with pytest.raises(ModelError, match="no test days"):
        decide(RULE, untested, artefact, rows, day=DAY)


@pytest.mark.parametrize("model", ["container_risk", "voyage_risk"])
def test_the_rules_of_the_project_can_be_read(model):
    assert load_rule(PROJECT / "models" / model / "promotion.yaml").least_finds > 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [("metric: luck", "metric"), ("", "an object"), ("metric: auc\nmetric: auc", "cannot be read")],
)
def test_a_wrong_rule_is_refused_with_its_place(tmp_path, text, fault):
    place = tmp_path / "promotion.yaml"
    place.write_text(text)
    with pytest.raises(ModelSpecError, match=fault):
        load_rule(place)

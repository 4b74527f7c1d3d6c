import numpy as np
import pandas as pd
import pytest

from riskscore.errors import ModelError, ModelMismatchError
from riskscore.learning import Artefact
from riskscore.scoring import explain, score
from riskscore.scoring.explain import windows_of_one_measure

EVERY = 99


def test_pushes_and_bias_add_up_to_the_raw_score(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    bias = artefact.contributions(artefact.values(day))[:, -1]
    pushed = [sum(reason.push for reason in reasons) for reasons in explain(artefact, day, sentences, top=EVERY)]
    np.testing.assert_allclose(bias + pushed, score(artefact, day)["raw"], atol=1e-9)


def test_reasons_carry_the_planted_signs(artefact: Artefact, sentences) -> None:
    risky = pd.DataFrame([[4.0, 3.0, 7.0, 0.0]], columns=list(artefact.features))
    (reasons,) = explain(artefact, risky, sentences, top=EVERY)
    pushes = {reason.feature: reason.push for reason in reasons}
    assert pushes["shipper_seizures_365d"] > 1
    assert pushes["gross_weight_per_package_kg"] > 0.2
    safe = pd.DataFrame([[90.0, 0.0, 0.0, 0.0]], columns=list(artefact.features))
    (reasons,) = explain(artefact, safe, sentences, top=EVERY)
    assert all(reason.push < 0 for reason in reasons if reason.feature != "is_transhipped")


def test_windows_of_one_measure_are_one_reason(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    pushes = artefact.contributions(artefact.values(day))
    for row, reasons in enumerate(explain(artefact, day, sentences, top=EVERY)):
        told = [reason for reason in reasons if reason.feature.startswith("shipper_seizures")]
        assert len(told) <= 1
        for reason in told:
            assert reason.push == pytest.approx(pushes[row, 1] + pushes[row, 2])
            at = list(artefact.features).index(reason.feature)
            assert np.sign(pushes[row, at]) == np.sign(reason.push)


def test_what_raises_risk_comes_first_and_strongest_first(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    for reasons in explain(artefact, day, sentences, top=2):
        assert len(reasons) <= 2
        order = [(reason.push < 0, -abs(reason.push)) for reason in reasons]
        assert order == sorted(order)


def test_a_reason_tells_the_value_and_what_is_usual(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    rows = day.head(20)
    for (_, row), reasons in zip(rows.iterrows(), explain(artefact, rows, sentences, peers=day), strict=True):
        for reason in reasons:
            assert reason.meaning == sentences[reason.feature]
            assert reason.usual == day[reason.feature].median()
            assert reason.value == (None if np.isnan(row[reason.feature]) else row[reason.feature])


def test_without_peers_nothing_is_usual(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    assert {reason.usual for reasons in explain(artefact, day.head(5), sentences) for reason in reasons} == {None}
    nobody_knows = day * np.nan
    told = explain(artefact, day.head(5), sentences, peers=nobody_knows)
    assert {reason.usual for reasons in told for reason in reasons} == {None}


def test_no_rows_need_no_reasons(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    assert explain(artefact, day.head(0), sentences) == []


def test_a_feature_without_a_sentence_is_refused(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    with pytest.raises(ModelError, match=r"no sentence.*is_transhipped"):
        explain(artefact, day, {name: said for name, said in sentences.items() if name != "is_transhipped"})


def test_peers_of_other_columns_are_refused(artefact: Artefact, day: pd.DataFrame, sentences) -> None:
    with pytest.raises(ModelMismatchError):
        explain(artefact, day, sentences, peers=day.drop(columns="is_transhipped"))


def test_features_that_differ_in_more_than_their_window_stay_apart() -> None:
    names = ["a_count_30d", "b_count_30d", "a_count_365d", "a_count_ever", "a_sum_30d", "a_count", "days_30d_x"]
    assert windows_of_one_measure(names) == [[0, 2, 3, 5], [1], [4], [6]]

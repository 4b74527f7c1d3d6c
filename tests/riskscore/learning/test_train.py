import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from riskscore.errors import TrainingDataError
from riskscore.learning import Artefact, DayRange, SplitDays, TrainingSet, train


def without_parameters(model_text: str) -> str:
    return model_text[: model_text.index("\nparameters:")]


def test_the_planted_signal_is_recovered(artefact: Artefact) -> None:
    metrics = artefact.record.metrics[-1]
    assert metrics.part == "test"
    assert metrics.auc > 0.82
    gains = dict(zip(artefact.features, artefact.record.gains, strict=True))
    assert gains["strong"] > gains["weak"] > gains["noise"]


def test_probabilities_hold_on_days_nobody_trained_on(artefact: Artefact, make_rows) -> None:
    fresh = make_rows(seed=99, rows=20_000)
    said = artefact.probability(artefact.raw(artefact.values(fresh.features)))
    assert said.mean() == pytest.approx(fresh.labels.mean(), abs=0.02)
    top = said > 0.5
    assert said[top].mean() == pytest.approx(fresh.labels[top].mean(), abs=0.06)


def test_the_same_rows_give_the_same_bytes_in_any_order(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    order = np.random.default_rng(5).permutation(len(rows.labels))
    shuffled = replace(
        rows, features=rows.features.iloc[order], labels=rows.labels.iloc[order], days=rows.days.iloc[order]
    )
    again = train(make_spec(), shuffled)
    assert again.model_text == artefact.model_text
    assert again.record == artefact.record
    assert again.artefact_id == artefact.artefact_id


def test_the_number_of_threads_changes_no_tree(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    spec = make_spec()
    shared = spec.model_copy(update={"lightgbm": spec.lightgbm.model_copy(update={"num_threads": 2})})
    assert without_parameters(train(shared, rows).model_text) == without_parameters(artefact.model_text)


def test_another_seed_gives_another_model(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    assert train(make_spec().with_seed(8), rows).artefact_id != artefact.artefact_id


def test_later_days_never_touch_the_trees(make_spec, rows: TrainingSet) -> None:
    spec = make_spec(early_stopping_rounds=None, rounds=10)
    flipped = replace(rows, labels=rows.labels.where(rows.days < date(2026, 2, 14), 1 - rows.labels))
    before, after = train(spec, rows), train(spec, flipped)
    assert before.model_text == after.model_text
    assert before.record.metrics != after.record.metrics


def test_the_test_part_chooses_nothing(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    flipped = replace(rows, labels=rows.labels.where(rows.days < date(2026, 2, 24), 1 - rows.labels))
    other = train(make_spec(), flipped)
    assert other.model_text == artefact.model_text
    assert other.record.calibration == artefact.record.calibration
    assert other.record.metrics[-1].auc == pytest.approx(1 - artefact.record.metrics[-1].auc)


def test_the_snapshot_says_what_was_learned_from(artefact: Artefact, rows: TrainingSet) -> None:
    snapshot = artefact.record.snapshot
    assert snapshot.known_until == rows.known_until
    assert sum(part.rows for part in snapshot.parts) == len(rows.labels)
    assert sum(part.positives for part in snapshot.parts) == rows.labels.sum()
    assert [part.name for part in snapshot.parts] == ["train", "calibrate", "test"]


def test_early_stopping_keeps_fewer_trees(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    eager = train(make_spec(rounds=400, early_stopping_rounds=3), rows)
    assert eager.record.trees < 400
    assert train(make_spec(rounds=12, early_stopping_rounds=None), rows).record.trees == 12


def test_progress_is_told_every_round(make_spec, rows: TrainingSet) -> None:
    told: list[tuple[int, int]] = []
    train(make_spec(rounds=4), rows, progress=lambda done, most: told.append((done, most)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_given_split_replaces_the_planned_one(make_spec, rows: TrainingSet) -> None:
    split = SplitDays(
        train=DayRange(first=date(2026, 1, 5), last=date(2026, 1, 31)),
        calibrate=DayRange(first=date(2026, 2, 10), last=date(2026, 2, 20)),
        test=None,
    )
    record = train(make_spec(rounds=5), rows, split=split).record
    assert [part.days for part in record.snapshot.parts] == [split.train, split.calibrate]
    assert [metrics.part for metrics in record.metrics] == ["calibrate"]


def test_weights_reach_trees_and_calibration(artefact: Artefact, make_spec, rows: TrainingSet) -> None:
    favouring = replace(rows, weights=1 + 9 * rows.labels)
    weighted = train(make_spec(), favouring)
    raw = weighted.raw(weighted.values(rows.features))
    assert weighted.probability(raw).mean() > rows.labels.mean() + 0.2
    scaled = train(make_spec(), replace(rows, weights=pd.Series(4.0, rows.labels.index)))
    assert scaled.model_text == artefact.model_text


def test_a_monotone_feature_never_lowers_the_score(make_spec, rows: TrainingSet) -> None:
    rising = train(make_spec(features=("noise", "strong"), monotone={"noise": 1}), rows)
    asked = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50)])
    assert (np.diff(rising.raw(asked)) >= 0).all()


def test_a_model_that_finds_nothing_says_the_base_rate(make_spec, rows: TrainingSet) -> None:
    spec = make_spec(early_stopping_rounds=None, rounds=2)
    deaf = spec.model_copy(update={"lightgbm": spec.lightgbm.model_copy(update={"min_data_in_leaf": 10_000})})
    artefact = train(deaf, rows)
    assert artefact.record.metrics[-1].auc == 0.5
    assert set(artefact.record.gains) == {0.0}


def test_too_few_days_are_refused(make_spec, rows: TrainingSet) -> None:
    with pytest.raises(TrainingDataError, match="too few days"):
        train(make_spec(split={"calibrate_days": 40, "test_days": 40}), rows)


def test_no_path_or_time_is_in_the_model_text(artefact: Artefact) -> None:
    assert not re.search(r"(/tmp|/home|/work|20\d\d-\d\d-\d\d)", artefact.model_text)

"""Training beside LightGBM alone: the same trees, or no times."""

import sys

import pytest

from benchmarks import training
from riskscore.learning import ModelSpec, train
from tests.riskscore.learning.conftest import planted, spec_document


@pytest.fixture(scope="module")
def rows():
    return planted()


def spec(**changed):
    return ModelSpec.model_validate(spec_document(**changed), strict=False)


@pytest.mark.parametrize("patience", [15, None])
def test_lightgbm_alone_grows_the_trees_of_training(rows, patience):
    made = spec(early_stopping_rounds=patience)
    found = training.race(made, rows, times=1)
    assert list(found) == [training.ALONE, training.WHOLE]
    assert len(training.trees_of(train(made, rows).model_text)) > 1


def test_other_trees_make_no_times(rows):
    booster, whole = training.alone(training.lesson_of(spec(), rows)), train(spec(), rows).model_text
    second = whole.index("Tree=1")
    with pytest.raises(AssertionError, match="Tree 1 is not the one of LightGBM alone"):
        training.assert_same_trees(booster, whole[:second] + whole[second:].replace("leaf_value=", "leaf_value=1", 1))
    with pytest.raises(AssertionError, match="were grown, by LightGBM alone"):
        training.assert_same_trees(booster, train(spec(rounds=2), rows).model_text)


def test_rows_that_do_not_suffice_are_refused(rows, monkeypatch, capsys):
    few = planted(rows=20)
    monkeypatch.setattr(training, "demo_home", lambda folder: folder)
    monkeypatch.setattr(training, "drawn_rows", lambda home, count: (spec(), few))
    monkeypatch.setattr(sys, "argv", ["training", "--rows", "1000"])
    with pytest.raises(SystemExit) as left:
        training.main()
    assert left.value.code == 2
    assert "argument --rows: 1,000 will not do; give more. Part " in capsys.readouterr().err

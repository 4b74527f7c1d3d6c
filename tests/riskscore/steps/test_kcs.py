"""The KCS replay on an invented miniature: what is refused, what may be known, what is judged."""

import json
import math
import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import riskscore
from riskscore.errors import BenchmarkDataError
from riskscore.learning.evaluate import auc
from riskscore.settings import Settings
from riskscore.steps import build_features, kcs, kcs_files, open_workspace
from tests.riskscore.steps.kcs_miniature import CHOSEN_ON, HELD_OUT, LEARNED, miniature, publish, splits

METRICS = ["AUC", "AP", "P@1%", "P@2%", "P@5%", "P@10%", "R@1%", "R@2%", "R@5%", "R@10%"]
MODELS = ["lightgbm", "lightgbm, rows without a twin in 2020", "importer's past rate", "tuple's past rate"]
DAYS = [*LEARNED, *CHOSEN_ON, *HELD_OUT]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("published"), **splits())


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings.load({}, home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def result(settings, published):
    return kcs.bench_kcs(settings, published, seeds=2)


@pytest.fixture(scope="module")
def features(settings, result):
    """The features of every declaration, built and kept by the ordinary step from the lake that the bench filled."""
    build_features(settings, DAYS, "declaration")
    kept = open_workspace(settings).lake.read("declaration_features")
    return kept.set_index("declaration_id").sort_index()


def test_what_is_judged_is_what_lies_after_the_quarter_of_choices(result):
    assert (result.days.first, result.days.last) == (HELD_OUT[0], HELD_OUT[-1])
    assert result.is_held_out
    assert (result.rows, result.rows_set_aside) == (len(splits()["test"]), 0)


def test_the_figures_are_model_target_metric_mean_and_sd(result):
    figures = json.loads(json.dumps(kcs.by_metric(result.figures), allow_nan=False))
    assert list(figures) == MODELS
    for by_target in figures.values():
        assert list(by_target) == ["Fraud", "Critical Fraud = 2"]
        for metrics in by_target.values():
            assert list(metrics) == METRICS
            assert all(0 <= mean <= 1 and sd >= 0 for mean, sd in metrics.values())
    assert all(sd == 0 for _, sd in figures["tuple's past rate"]["Fraud"].values())
    assert any(sd > 0 for _, sd in figures["lightgbm"]["Fraud"].values())


def test_the_baseline_is_the_past_rate_of_what_was_declared(result, features):
    test = splits()["test"].set_index("Declaration ID")
    scores = features.loc[test.index, "terms_fraud_rate_ever"]
    assert result.figures["tuple's past rate"]["Fraud"]["AUC"][0] == auc(test["Fraud"].astype(float), scores)


def test_rows_without_a_twin_are_those_whose_tuple_and_price_no_row_of_2020_had(result):
    same = ["HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type", "Item Price"]
    seen = set(map(tuple, splits()["train"][same].to_numpy()))
    unseen = [tuple(row) not in seen for row in splits()["test"][same].to_numpy()]
    assert 0 < sum(unseen) < len(unseen)
    assert result.rows_without_twin == sum(unseen)


def test_the_bench_and_the_ordinary_step_give_the_same_features(settings, features):
    days = sorted(set(features["score_day"]))
    work = open_workspace(settings)
    computed = work.project.feature_sets["declaration"].compute(work.history(days[-1]), days)
    computed = computed.set_index("declaration_id").sort_index()
    pd.testing.assert_frame_equal(computed, features[computed.columns], check_exact=True)


def test_results_of_later_years_change_no_feature(tmp_path, features):
    flipped = splits()
    for name in ("valid", "test"):
        level = flipped[name]["Critical Fraud"].map({"0": "2", "1": "0", "2": "0"})
        flipped[name] = flipped[name].assign(
            **{"Critical Fraud": level, "Fraud": (level != "0").astype(int).astype(str)}
        )
    declared = kcs.read_declarations(publish(tmp_path / "flipped", **flipped))
    changed = kcs.replay(Settings.load({}, home=tmp_path / "home"), declared).sort_index()
    pd.testing.assert_frame_equal(changed, features[changed.columns], check_exact=True)
    assert (features["terms_checks_ever"] > 0).any()


def test_declarations_are_delivered_without_results_and_those_of_2020_the_day_after(tmp_path, published):
    kcs_files.deliver(kcs.read_declarations(published), tmp_path)
    delivered = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/kcs_outcomes/*"))
    assert delivered == [
        f"{day}/kcs_outcomes/outcomes.csv" for day in ("2020-12-01", "2020-12-02", "2020-12-16", "2021-01-01")
    ]
    outcomes = pd.concat([pd.read_csv(tmp_path / path, dtype="str") for path in delivered], ignore_index=True)
    assert outcomes["Date"].max() == "2020-12-31"
    pd.testing.assert_frame_equal(outcomes, splits()["train"][list(outcomes.columns)], check_dtype=False)
    papers = pd.read_csv(tmp_path / "2021-06-30" / "kcs_declarations" / "declarations.csv", dtype="str")
    assert list(papers.columns) == list(splits()["test"].columns[:-2])


def test_a_country_called_na_is_a_country(published):
    assert "NA" in set(kcs.read_declarations(published)["Country of Origin"])


def train_with(**changed):
    rows = miniature(LEARNED[:1])
    return rows.assign(**{name: [value, *rows[name][1:]] for name, value in changed.items()})


REFUSED = {
    "no file": ({}, "no CSV file lies there"),
    "a column is missing": (
        {"train": miniature(LEARNED[:1]).drop(columns="Tax Type")},
        "train.csv: .*missing: Tax Type",
    ),
    "a column is new": ({"train": miniature(LEARNED[:1]).assign(Margin="1")}, "not known: Margin"),
    "a date is none": ({"train": train_with(Date="2020-13-01")}, "train.csv, row 1: Date is '2020-13-01' \\(1 such"),
    "a date is written otherwise": ({"train": train_with(Date="01/02/2020")}, "Date is '01/02/2020'"),
    "a label is none": ({"train": train_with(**{"Critical Fraud": "3"})}, "Critical Fraud is '3'"),
    "a label is missing": ({"train": train_with(Fraud="")}, "Fraud is ''"),
    "a file is there twice": (
        {"a": miniature(LEARNED[:1]), "b": miniature(LEARNED[:1])},
        "a.csv and b.csv: 24 declaration",
    ),
    "nothing to learn from": ({"test": miniature(HELD_OUT)}, "no declaration up to 2020-12-31 .*df_syn_train_eng"),
    "nothing to judge": ({"train": miniature(LEARNED)}, "no declaration after 2020-12-31 .*a later split"),
    "no row": ({"train": miniature(LEARNED[:1]).iloc[:0]}, "no declaration up to 2020-12-31"),
}


@pytest.mark.parametrize(("parts", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_the_published_data_is_refused_in_words(tmp_path, parts, message):
    with pytest.raises(BenchmarkDataError, match=message):
        kcs.bench_kcs(Settings.load({}, home=tmp_path / "home"), publish(tmp_path / "data", **parts))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,b\n"1,2\n3', b"Date\n2020-01-01,1,2\n"])
def test_a_file_that_is_no_csv_is_refused(tmp_path, content):
    (tmp_path / "train.csv").write_bytes(content)
    with pytest.raises(BenchmarkDataError, match=r"train\.csv"):
        kcs.read_declarations(tmp_path)


def test_a_line_that_is_cut_short_is_refused(tmp_path):
    publish(tmp_path, train=miniature(LEARNED[:1]))
    whole = (tmp_path / "train.csv").read_text(encoding="utf-8")
    (tmp_path / "train.csv").write_text(whole.rstrip().rsplit(",", 2)[0] + "\n", encoding="utf-8")
    with pytest.raises(BenchmarkDataError, match=r"train\.csv, row 24: Fraud"):
        kcs.read_declarations(tmp_path)


def test_figures_that_cannot_be_measured_are_none():
    alike = kcs._judge_if_possible(pd.Series([0.0, 0.0]), pd.Series([0.5, 0.6]))
    assert list(alike) == METRICS
    assert all(math.isnan(figure) for figure in alike.values())
    assert kcs.by_metric({"m": {"t": {"AUC": (math.nan, 0.5)}}}) == {"m": {"t": {"AUC": [None, 0.5]}}}


@pytest.mark.parametrize(
    ("days", "calibrated"),
    [
        ([date(2020, 1, 1), date(2021, 2, 1)], ("2021-01-01", "2021-03-31")),
        ([date(2020, 1, 1), date(2020, 12, 31)], ("2020-12-01", "2020-12-31")),
    ],
)
def test_the_trees_see_nothing_later_than_2020_and_nothing_that_calibrates(days, calibrated):
    split = kcs._split(pd.Series(days))
    assert str(split.calibrate) == "..".join(calibrated)
    assert split.train.last < split.calibrate.first
    assert split.train.last <= kcs_files.LABELS_UNTIL


def test_the_engine_does_not_know_the_data_set():
    room = Path(riskscore.__file__).parent
    told = {
        str(path.relative_to(room))
        for path in room.rglob("*.py")
        if re.search(r"\bkcs|declaration_(id|fraud|critical|outcome)", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert told == {
        *("cli/bench.py", "steps/__init__.py", "steps/kcs.py", "steps/kcs_files.py"),
        *("sources/__init__.py", "sources/kcs_declarations.py", "sources/kcs_outcomes.py"),
    }

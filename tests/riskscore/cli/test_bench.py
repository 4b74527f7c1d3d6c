"""`riskscore bench kcs`: what is printed where, and how bad input ends."""

import json
import math
from datetime import date

import pytest

from riskscore import steps
from riskscore.learning import DayRange
from riskscore.steps.kcs import KcsResult
from tests.riskscore.steps.kcs_miniature import HELD_OUT, miniature, publish

FIGURES = {
    "lightgbm": {"Fraud": {"AUC": (0.9, 0.001), "R@10%": (0.5, 0.0)}},
    "lightgbm, rows without a twin in 2020": {"Fraud": {"AUC": (math.nan, math.nan), "R@10%": (0.25, 0.125)}},
}


def made(*, rows_set_aside=0, is_held_out=True):
    days = DayRange(first=date(2021, 4, 1), last=date(2021, 6, 30))
    return KcsResult(days, 48, 12, rows_set_aside, is_held_out, FIGURES)


@pytest.fixture
def run(command, monkeypatch, tmp_path):
    """Return a function that runs the command on a folder, or prints a result made beforehand."""

    def ran(*options, folder=tmp_path, result=None):
        if result is not None:
            monkeypatch.setitem(vars(steps), "bench_kcs", lambda *_, **__: result)
        left = command("bench", "kcs", "--data", folder, *options)
        return left.code, left.out, left.err

    return ran


def test_json_is_all_that_goes_to_standard_output(run):
    code, out, err = run("--json", result=made(is_held_out=False))
    assert code == 0
    assert json.loads(out) == {
        "lightgbm": {"Fraud": {"AUC": [0.9, 0.001], "R@10%": [0.5, 0.0]}},
        "lightgbm, rows without a twin in 2020": {"Fraud": {"AUC": [None, None], "R@10%": [0.25, 0.125]}},
    }
    assert "choices were made on these days" in err


def test_the_table_shows_each_model_beside_the_rows_without_a_twin(run):
    code, out, err = run(result=made())
    assert code == 0
    assert "0.900 ± 0.001" in out
    assert "0.250 ± 0.125" in out
    assert "too few rows" in out
    assert "48 declarations of 2021-04-01..2021-06-30, 12 of them without a twin in 2020" in out
    assert err.strip() == ""


def test_rows_that_were_set_aside_are_told(run):
    assert "3 row(s) broke the contract" in run(result=made(rows_set_aside=3))[2]


@pytest.mark.parametrize(
    ("parts", "message"),
    [({}, "no CSV file lies there"), ({"test": miniature(HELD_OUT)}, "no declaration up to 2020-12-31")],
)
def test_bad_input_ends_with_exit_code_2_and_a_plain_message(run, tmp_path, parts, message):
    code, out, err = run(folder=publish(tmp_path / "data", **parts))
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_ends_with_exit_code_2(run, tmp_path):
    assert run(folder=tmp_path / "nowhere")[0] == 2

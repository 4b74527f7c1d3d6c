import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import TypeAdapter, ValidationError
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from riskscore.learning.calibration import (
    Calibration,
    Isotonic,
    Sigmoid,
    Uncalibrated,
    fit_calibration,
    logistic,
    platt_targets,
)

KINDS = ["isotonic", "sigmoid", "none"]
SCORES = st.floats(-30, 30, allow_nan=False)


def sample(rows: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    raw = random.normal(-2, 2, rows)
    labels = (random.random(rows) < logistic(0.5 * raw - 0.5)).astype(float)
    return raw, labels, random.uniform(0.5, 2, rows)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=40)  # the first fit imports scikit-learn
@given(raw=hnp.arrays(float, st.integers(1, 40), elements=SCORES), drawn=st.randoms(use_true_random=False))
def test_a_higher_raw_score_never_gets_a_lower_probability(kind: str, raw: np.ndarray, drawn) -> None:
    labels = np.array([float(drawn.random() < 0.4) for _ in raw])
    calibration = fit_calibration(kind, raw, labels, np.ones(len(raw)))
    asked = np.sort(np.concatenate([raw, np.nextafter(raw, 99), np.nextafter(raw, -99), [-1e6, 0, 1e6]]))
    said = calibration.apply(asked)
    assert (np.diff(said) >= 0).all()
    assert ((said >= 0) & (said <= 1)).all()


@pytest.mark.parametrize("kind", ["isotonic", "sigmoid"])
def test_the_planted_probabilities_are_recovered(kind: str) -> None:
    raw, labels, _ = sample(20_000)
    said = fit_calibration(kind, raw, labels, np.ones(len(raw))).apply(raw)
    assert np.abs(said - logistic(0.5 * raw - 0.5)).mean() < 0.02


def test_isotonic_knots_say_what_scikit_learn_predicts() -> None:
    raw, labels, weights = sample()
    oracle = IsotonicRegression(out_of_bounds="clip").fit(raw, platt_targets(labels), sample_weight=weights)
    asked = np.linspace(-12, 12, 999)
    said = fit_calibration("isotonic", raw, labels, weights).apply(asked)
    np.testing.assert_allclose(said, oracle.predict(asked), atol=1e-12)


def test_the_sigmoid_is_the_best_one_by_plain_minimising() -> None:
    raw, labels, weights = sample()
    targets = platt_targets(labels)

    def loss(at: np.ndarray) -> float:
        line = at[0] * raw + at[1]
        return float((weights * (np.logaddexp(0, line) - targets * line)).sum())

    found = minimize(loss, [1.0, 0.0], method="BFGS").x
    fitted = fit_calibration("sigmoid", raw, labels, weights)
    assert isinstance(fitted, Sigmoid)
    assert [fitted.slope, fitted.intercept] == pytest.approx(found, abs=1e-4)


def test_perfect_separation_still_gives_no_certainty() -> None:
    raw, labels = np.array([-2.0, -1, 1, 2]), np.array([0.0, 0, 1, 1])
    for kind in ("isotonic", "sigmoid"):
        said = fit_calibration(kind, raw, labels, np.ones(4)).apply(np.array([-50.0, 50.0]))
        assert 0 < said[0] < 0.5 < said[1]
    assert fit_calibration("isotonic", raw, labels, np.ones(4)).apply(raw).tolist() == [0.25, 0.25, 0.75, 0.75]


def test_scores_that_rank_backwards_get_one_probability() -> None:
    raw, labels = np.array([-2.0, -1, 1, 2]), np.array([1.0, 1, 0, 0])
    fitted = fit_calibration("sigmoid", raw, labels, np.ones(4))
    assert fitted.apply(raw) == pytest.approx(0.5)


def test_logistic_overflows_nowhere() -> None:
    assert logistic(np.array([-1e9, 0.0, 1e9])).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    "calibration", [Isotonic(knots=((-1.5, 0.1), (0.25, 0.7))), Sigmoid(slope=1.25, intercept=-0.1), Uncalibrated()]
)
def test_a_calibration_is_plain_numbers_in_json(calibration: Isotonic | Sigmoid | Uncalibrated) -> None:
    adapter: TypeAdapter[Calibration] = TypeAdapter(Calibration)
    assert adapter.validate_json(adapter.dump_json(calibration)) == calibration


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "isotonic", "knots": []}',
        '{"kind": "isotonic", "knots": [[0, 0.5], [1, 0.4]]}',
        '{"kind": "isotonic", "knots": [[1, 0.5], [1, 0.6]]}',
        '{"kind": "isotonic", "knots": [[0, 1.5]]}',
        '{"kind": "sigmoid", "slope": -1, "intercept": 0}',
        '{"kind": "sigmoid", "slope": 1, "intercept": NaN}',
        '{"kind": "pickle"}',
    ],
)
def test_numbers_that_are_no_calibration_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Calibration).validate_json(text)


def test_rounding_never_lifts_a_score_over_the_next_knot() -> None:
    """Just below the right knot, the share of the way rounds to 1 and the line to more than its end."""
    left, right, low, high = -0.7, 1.9, 0.06, 0.87
    just_before = np.nextafter(right, left)
    assert (just_before - left) / (right - left) == 1
    assert low + (high - low) > high
    said = Isotonic(knots=((left, low), (right, high))).apply(np.array([just_before, right]))
    assert said.tolist() == [high, high]

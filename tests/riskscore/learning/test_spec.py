from pathlib import Path
from typing import Any

import pytest
import yaml

from riskscore.errors import ModelSpecError
from riskscore.learning import ModelSpec, load_spec
from riskscore.learning.spec import canonical_json

DOCUMENT: dict[str, Any] = {
    "name": "some_risk",
    "grain": "container",
    "target": "is_found",
    "lightgbm": {"seed": 1},
    "rounds": 10,
    "calibration": "isotonic",
    "split": {"calibrate_days": 7, "test_days": 7},
}


def written(path: Path, document: object) -> Path:
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document))
    return path


def test_a_spec_is_read_with_its_defaults(tmp_path: Path) -> None:
    spec = load_spec(written(tmp_path / "spec.yaml", DOCUMENT))
    assert spec.features == "all"
    assert spec.lightgbm.deterministic is True
    assert spec.split.train == "rest"


WRONG = [
    ({"colour": "red"}, "colour", "red"),
    ({"lightgbm": {"seed": 1, "max_depth": 9}}, "lightgbm.max_depth", "9"),
    ({"lightgbm": {"seed": 1, "deterministic": False}}, "lightgbm.deterministic", "False"),
    ({"lightgbm": {"seed": 1, "boosting": "dart"}}, "lightgbm.boosting", "dart"),
    ({"lightgbm": {}}, "lightgbm.seed", "required"),
    ({"rounds": "10"}, "rounds", "'10'"),
    ({"calibration": "beta"}, "calibration", "beta"),
    ({"split": {"calibrate_days": 0, "test_days": 7}}, "split.calibrate_days", "0"),
    ({"split": {"calibrate_days": 7, "test_days": 7, "random": 0.2}}, "split.random", "0.2"),
    ({"name": "some_risk\n"}, "name", "some_risk"),
    ({"features": []}, "features", "different names"),
    ({"features": ["a", "a"]}, "features", "different names"),
    ({"features": ["a"], "monotone": {"b": 1}}, "monotone", "b"),
    ({"monotone": {"b": 2}}, "monotone.b", "2"),
    ({"judged_at": {"shares": [1.5]}}, "judged_at.shares.0", "1.5"),
]


@pytest.mark.parametrize(("changed", "where", "value"), WRONG)
def test_a_wrong_spec_is_refused_with_place_and_value(
    tmp_path: Path, changed: dict[str, Any], where: str, value: str
) -> None:
    path = written(tmp_path / "spec.yaml", {**DOCUMENT, **changed})
    with pytest.raises(ModelSpecError) as refused:
        load_spec(path)
    for part in (str(path), where, value, "Correct the file"):
        assert part in str(refused.value)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelSpecError, match=r"(?s)rounds.*colour"):
        load_spec(written(tmp_path / "spec.yaml", {**DOCUMENT, "rounds": 0, "colour": "red"}))


@pytest.mark.parametrize(
    "text", ["rounds: 1\nrounds: 2\n", "a: [", "- 1", "", "a: 2020-01-01", "a: .nan", "? [1]\n: 2"]
)
def test_what_is_no_spec_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ModelSpecError):
        load_spec(written(tmp_path / "spec.yaml", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelSpecError, match=r"none\.yaml"):
        load_spec(tmp_path / "none.yaml")


def test_the_digest_changes_with_any_line_and_only_then() -> None:
    spec = ModelSpec.model_validate(DOCUMENT)
    reordered = ModelSpec.model_validate(dict(reversed(DOCUMENT.items())))
    assert spec.digest == reordered.digest
    assert spec.digest != spec.with_seed(2).digest
    assert spec.with_seed(2).lightgbm.seed == 2
    assert spec.with_seed(2).with_seed(1) == spec


def test_canonical_json_refuses_nan() -> None:
    assert canonical_json({"b": 1.5, "a": "é"}) == '{"a":"é","b":1.5}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))

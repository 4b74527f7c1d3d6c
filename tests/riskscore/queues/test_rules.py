"""Mandatory rules: each comparison, several conditions, missing values and rules that cannot work."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskscore.errors import QueueError
from riskscore.queues.policy import MandatoryRule
from riskscore.queues.rules import rules_met

CANDIDATES = pd.DataFrame(
    {
        "seizures": [0.0, 1.0, 2.0, np.nan],
        "port": pd.array(["BRSSZ", "COCTG", None, "BRSSZ"], dtype="str"),
        "is_empty": [True, False, True, False],
        "nullable": pd.array([1, None, 0, 3], dtype="Int64"),
    },
    index=[9, 7, 7, 1],
)


def rule(*when: dict[str, Any]) -> MandatoryRule:
    return MandatoryRule.model_validate({"code": "here", "when": when, "sentence": "It is so."})


@pytest.mark.parametrize(
    ("when", "met"),
    [
        ([{"column": "seizures", "at_least": 1}], [False, True, True, False]),
        ([{"column": "seizures", "at_most": 1}], [True, True, False, False]),
        ([{"column": "seizures", "equals": 0}], [True, False, False, False]),
        ([{"column": "port", "equals": "BRSSZ"}], [True, False, False, True]),
        ([{"column": "is_empty", "equals": True}], [True, False, True, False]),
        ([{"column": "nullable", "at_least": 1}], [True, False, False, True]),
        ([{"column": "seizures", "at_least": 1}, {"column": "is_empty", "equals": True}], [False, False, True, False]),
    ],
)
def test_a_rule_is_met_where_all_its_conditions_are(when: list[dict[str, Any]], met: list[bool]) -> None:
    found = rules_met(CANDIDATES, (rule(*when),))
    assert found["here"].tolist() == met
    assert found.index.equals(CANDIDATES.index)


def test_without_rules_nothing_is_mandatory() -> None:
    assert not rules_met(CANDIDATES, ()).any(axis=1).any()


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ({"column": "seizurs", "at_least": 1}, "Mandatory rule here: no such column: seizurs"),
        ({"column": "seizures", "equals": "many"}, "holds float64, but is compared with text: seizures"),
        ({"column": "port", "at_least": 1}, "holds str, but is compared with a number: port"),
    ],
)
def test_a_rule_that_could_never_be_met_is_refused(when: dict[str, Any], why: str) -> None:
    with pytest.raises(QueueError, match=why):
        rules_met(CANDIDATES, (rule(when),))

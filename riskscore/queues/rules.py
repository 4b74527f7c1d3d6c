"""Which candidates a unit must list whatever their score."""

import pandas as pd

from riskscore.errors import QueueError
from riskscore.queues.policy import Condition, MandatoryRule


def rules_met(candidates: pd.DataFrame, rules: tuple[MandatoryRule, ...]) -> pd.DataFrame:
    """Return one boolean column per rule code, in the policy's order, on the index of `candidates`.

    Raises QueueError where a rule names a column that is not there, or compares it with something of another kind.
    """
    met = {rule.code: _rule_met(candidates, rule) for rule in rules}
    return pd.DataFrame(met, index=candidates.index, dtype=bool)


def _rule_met(candidates: pd.DataFrame, rule: MandatoryRule) -> pd.Series:
    met = pd.Series(True, index=candidates.index)
    for condition in rule.when:
        met &= _condition_met(candidates, condition, rule.code)
    return met


def _condition_met(candidates: pd.DataFrame, condition: Condition, code: str) -> pd.Series:
    column = _column(candidates, condition, code)
    if condition.at_least is not None:
        met = column >= condition.at_least
    elif condition.at_most is not None:
        met = column <= condition.at_most
    else:
        met = column == condition.equals
    return met.fillna(False).astype(bool)


def _column(candidates: pd.DataFrame, condition: Condition, code: str) -> pd.Series:
    if condition.column not in candidates:
        raise _useless(code, "no such column", condition.column)
    column = candidates[condition.column]
    if pd.api.types.is_numeric_dtype(column) == isinstance(condition.equals, str):
        kind = "text" if isinstance(condition.equals, str) else "a number"
        raise _useless(code, f"holds {column.dtype}, but is compared with {kind}", condition.column)
    return column


def _useless(code: str, what: str, column: str) -> QueueError:
    then = "Correct the rule in the queue policy, or the features that fill the column."
    return QueueError(where=f"Mandatory rule {code}", what=what, which=[column], then=then)

"""Findings: every broken rule of every row, in words, with nothing shown that may name a party."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.contracts.batch import Batch
from riskscore.contracts.contract import Contract, Rule
from riskscore.contracts.kinds import Flags
from riskscore.contracts.masking import shown_texts

COLUMNS = ("delivery_id", "row", "row_number", "column", "rule", "severity", "value", "message")
"""Columns of a findings frame: `row` is the place in the batch, `row_number` that in the file (0: the delivery)."""

TYPES = {name: "int64" if name in {"row", "row_number"} else "str" for name in COLUMNS}

MOST_PER_RULE = 100
"""Findings of one rule and column kept of a refused delivery: evidence enough, nothing will be repaired there."""

NEXT_MOVE: Mapping[str, str] = {
    "error": "The row is in quarantine: repair it (riskscore quarantine fix-and-replay) or have it sent again.",
    "warning": "The row was accepted; tell the sender.",
}


def row_findings(batch: Batch, broken: Sequence[npt.NDArray[np.int64]], *, refused: Collection[str]) -> pd.DataFrame:
    """Return one finding per rule and row that broke it, in row order; `broken` follows the contract's rules.

    Of a refused delivery only the first findings of each rule are kept.
    """
    is_refused = batch.arrived.deliveries.isin(list(refused)).to_numpy()
    found = [no_findings()]
    for rule, rows in zip(batch.contract.rules, broken, strict=False):
        kept = _without_the_rest(np.sort(rows), batch.arrived.deliveries, is_refused)
        if len(kept):
            found.append(_findings_of(rule, batch, kept))
    return pd.concat(found, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)


def _without_the_rest(rows: npt.NDArray[np.int64], deliveries: pd.Series, is_refused: Flags) -> npt.NDArray[np.int64]:
    if not is_refused[rows].any():
        return rows
    ids = deliveries.iloc[rows]
    place = ids.groupby(ids, sort=False).cumcount().to_numpy()
    return rows[(place < MOST_PER_RULE) | ~is_refused[rows]]


def delivery_finding(contract: Contract, delivery_id: str, rule: str, value: str, problem: str) -> pd.DataFrame:
    """Return the finding that a whole delivery broke a rule."""
    message = f"{contract.name}, delivery {delivery_id}: {problem}. The delivery is refused whole: have it sent again."
    finding = (delivery_id, -1, 0, "", rule, "error", value, message)
    return pd.DataFrame([finding], columns=list(COLUMNS)).astype(TYPES)


def no_findings() -> pd.DataFrame:
    """Return a findings frame without rows."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in TYPES.items()})


def _findings_of(rule: Rule, batch: Batch, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    values = shown_texts(rule, batch, rows)
    deliveries = batch.arrived.deliveries.iloc[rows].to_numpy()
    numbers = batch.arrived.row_numbers.iloc[rows].to_numpy()
    found = {
        "delivery_id": deliveries,
        "row": rows,
        "row_number": numbers,
        "column": rule.place,
        "rule": rule.name,
        "severity": rule.severity,
        "value": values.to_numpy(),
        "message": [
            _message(batch.contract, rule, *of_row) for of_row in zip(deliveries, numbers, values, strict=True)
        ],
    }
    return pd.DataFrame(found).astype(TYPES)


def _message(contract: Contract, rule: Rule, delivery: str, number: int, value: str) -> str:
    column = f", column {rule.place}" if rule.columns else ""
    holds = f" holds '{value}'" if value else " is empty"
    return (
        f"{contract.name}, delivery {delivery}, row {number}{column}{holds}: "
        f"{rule.meaning} ({rule.name}). {NEXT_MOVE[rule.severity]}"
    )

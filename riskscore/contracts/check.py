"""Hold raw rows against a contract: typed good rows, findings, refused deliveries; every row accounted for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from riskscore.contracts.batch import Arrived, absent_column, read_batch
from riskscore.contracts.contract import Contract
from riskscore.contracts.deliveries import Account, account_of, judge_deliveries
from riskscore.contracts.findings import row_findings
from riskscore.contracts.kinds import Flags
from riskscore.contracts.referee import Verdict
from riskscore.contracts.suite import judge_rows
from riskscore.contracts.typed import typed_rows
from riskscore.errors import ReconciliationError

NOTHING_TO_JUDGE = Verdict(broken=(), evidence={})
ACCEPTED, QUARANTINED, REFUSED = "accepted", "quarantined", "refused"


@dataclass(frozen=True)
class CheckResult:
    """What became of every row of a batch, and why."""

    contract: Contract
    rows: pd.DataFrame = field(repr=False)
    """The raw rows as judged, index 0..n-1, with one text column per column of the contract."""
    outcome: pd.DataFrame = field(repr=False)
    """Per row, same index: delivery_id, row_number (from 1), outcome (accepted | quarantined | refused)."""
    accepted: pd.DataFrame = field(repr=False)
    """The accepted rows, typed; its index says which rows of `rows` they are."""
    findings: pd.DataFrame = field(repr=False)
    """Every broken rule: delivery_id, row, row_number, column, rule, severity, value, message; fit to be shown."""
    refused: Mapping[str, str]
    """Delivery -> why it was refused whole."""
    tally: pd.DataFrame
    """Per delivery (index): received = accepted + quarantined + refused."""
    evidence: tuple[Mapping[str, Any], ...] = field(repr=False)
    """Validation results of Great Expectations as JSON: the rows' (unless there were none), then the deliveries'."""


def check(
    contract: Contract,
    rows: pd.DataFrame,
    *,
    deliveries: pd.Series,
    received: Mapping[str, int] | None = None,
    faults: Mapping[int, str] | None = None,
) -> CheckResult:
    """Hold the raw rows (all text) of deliveries of one feed against their contract, all at once.

    `deliveries` names the delivery of each row; `received` says how many rows the parser read of each delivery and
    so names the empty ones too; `faults` says of rows (by position) why the parser could not split them. Raises
    ReconciliationError if a row would be lost or counted twice.
    """
    counted = deliveries.value_counts(sort=False).to_dict()
    accounts = [
        account_of(contract, str(delivery), number, rows.columns)
        for delivery, number in (counted if received is None else received).items()
    ]
    return check_arrived(contract, _arrived(contract, [rows], deliveries, faults or {}), accounts)


def check_deliveries(
    contract: Contract,
    frames: Mapping[str, pd.DataFrame],
    *,
    faults: Mapping[str, Mapping[int, str]] | None = None,
) -> CheckResult:
    """Hold deliveries (id -> raw rows, all text) against their contract, all at once, each by its own columns.

    `faults` says per delivery of rows (by position in it) why the parser could not split them. Raises
    ReconciliationError if a row would be lost or counted twice.
    """
    accounts = [account_of(contract, delivery, len(rows), rows.columns) for delivery, rows in frames.items()]
    sizes = [account.received for account in accounts]
    deliveries = pd.Series(np.repeat(np.array(list(frames), dtype=object), sizes), dtype="str")
    starts = dict(zip(frames, np.cumsum([0, *sizes]).tolist(), strict=False))
    placed = {
        starts[delivery] + row: reason for delivery, found in (faults or {}).items() for row, reason in found.items()
    }
    return check_arrived(contract, _arrived(contract, list(frames.values()), deliveries, placed), accounts)


def check_arrived(contract: Contract, arrived: Arrived, accounts: Sequence[Account]) -> CheckResult:
    """Hold raw rows against a contract: Great Expectations judges every rule, then every delivery."""
    _all_there(arrived, accounts)
    agreed = [account.delivery_id for account in accounts if account.has_agreed_columns]
    places = np.flatnonzero(arrived.deliveries.isin(agreed))
    batch = read_batch(contract, arrived.only(places))
    verdict = judge_rows(batch, f"{contract.name}_rows") if len(batch) else NOTHING_TO_JUDGE
    is_bad = np.zeros(len(arrived.rows), dtype=bool)
    for rule, rows in zip(contract.rules, verdict.broken, strict=False):
        is_bad[places[rows]] |= rule.severity == "error"
    bad = arrived.deliveries[is_bad].value_counts()
    accounts = [replace(account, quarantined=int(bad.get(account.delivery_id, 0))) for account in accounts]
    whole = judge_deliveries(contract, accounts, f"{contract.name}_deliveries")
    found = row_findings(batch, verdict.broken, refused=whole.refused)
    outcome = _outcome(arrived, is_bad, whole.refused)
    is_accepted = (outcome["outcome"] == ACCEPTED).to_numpy()
    return CheckResult(
        contract=contract,
        rows=arrived.rows,
        outcome=outcome,
        accepted=typed_rows(batch, is_accepted[places]).set_axis(np.flatnonzero(is_accepted)),
        findings=pd.concat([found.assign(row=places[found["row"]]), whole.findings], ignore_index=True),
        refused=whole.refused,
        tally=_tally(outcome, accounts),
        evidence=(verdict.evidence, whole.evidence) if len(batch) else (whole.evidence,),
    )


def _arrived(
    contract: Contract, frames: Sequence[pd.DataFrame], deliveries: pd.Series, faults: Mapping[int, str]
) -> Arrived:
    ids = deliveries.reset_index(drop=True).astype("str")
    columns = list(contract.column_names)
    none = pd.DataFrame({name: absent_column(pd.RangeIndex(0)) for name in columns})
    rows = pd.concat([none, *(_with_columns(rows, columns) for rows in frames)], ignore_index=True)
    return Arrived(rows, ids, ids.groupby(ids, sort=False).cumcount() + 1, faults)


def _with_columns(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    if list(rows.columns) == columns:
        return rows
    absent = {name: absent_column(rows.index) for name in columns if name not in rows}
    return rows.assign(**absent)[columns]


def _outcome(arrived: Arrived, is_bad: Flags, refused: Mapping[str, str]) -> pd.DataFrame:
    outcome = np.where(is_bad, QUARANTINED, ACCEPTED)
    outcome = np.where(arrived.deliveries.isin(list(refused)), REFUSED, outcome)
    return pd.DataFrame(
        {
            "delivery_id": arrived.deliveries,
            "row_number": arrived.row_numbers.astype("int64"),
            "outcome": pd.Series(outcome, dtype="str"),
        }
    )


def _tally(outcome: pd.DataFrame, accounts: Sequence[Account]) -> pd.DataFrame:
    """Count what became of each delivery's rows; raise ReconciliationError unless every received row is there once."""
    counts = pd.crosstab(outcome["delivery_id"], outcome["outcome"]).reindex(
        index=[account.delivery_id for account in accounts], columns=[ACCEPTED, QUARANTINED, REFUSED], fill_value=0
    )
    counts.insert(0, "received", [account.received for account in accounts])
    _reconcile(counts)
    return counts.rename_axis(index="delivery_id", columns=None)


def _reconcile(counts: pd.DataFrame) -> None:
    for delivery, received, accepted, quarantined, refused in counts.itertuples():
        if received != accepted + quarantined + refused:
            raise ReconciliationError(
                delivery_id=str(delivery),
                received=received,
                accepted=accepted,
                quarantined=quarantined,
                refused=refused,
            )


def _all_there(arrived: Arrived, accounts: Sequence[Account]) -> None:
    """Raise ReconciliationError unless the rows handed over are those the parser says it read."""
    expected = {account.delivery_id: account.received for account in accounts}
    there = {str(delivery): int(number) for delivery, number in arrived.deliveries.value_counts().items()}
    for delivery in expected.keys() | there.keys():
        if expected.get(delivery, 0) != there.get(delivery, 0):
            raise ReconciliationError(
                delivery_id=delivery,
                received=expected.get(delivery, 0),
                accepted=there.get(delivery, 0),
                quarantined=0,
                refused=0,
            )

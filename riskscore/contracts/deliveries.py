"""Judge whole deliveries: rows there, columns as agreed, few enough bad rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from riskscore.contracts.contract import Contract, Limits
from riskscore.contracts.findings import delivery_finding, no_findings
from riskscore.contracts.library import library
from riskscore.contracts.referee import NUMBER, judge


@dataclass(frozen=True)
class Account:
    """What one delivery brought, and how many of its rows were set aside."""

    delivery_id: str
    received: int
    missing_columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    quarantined: int = 0

    @property
    def has_agreed_columns(self) -> bool:
        """Whether its rows can be judged at all."""
        return not self.missing_columns and not self.unknown_columns

    @property
    def quarantined_percent(self) -> float:
        """Rows set aside in a hundred received."""
        return 100 * self.quarantined / self.received if self.received else 0.0


@dataclass(frozen=True)
class DeliveryVerdict:
    """Which deliveries are refused and why, as findings too, and what Great Expectations said."""

    refused: Mapping[str, str]
    findings: pd.DataFrame
    evidence: dict[str, Any]


def account_of(contract: Contract, delivery_id: str, received: int, columns: Collection[str]) -> Account:
    """Return the account of a delivery before its rows are judged."""
    missing = tuple(name for name in contract.required if name not in columns)
    unknown = tuple(sorted(set(columns) - set(contract.column_names)))
    return Account(delivery_id, received, missing, unknown)


def judge_deliveries(contract: Contract, accounts: Sequence[Account], name: str) -> DeliveryVerdict:
    """Let Great Expectations judge each delivery by the contract's limits."""
    limits = contract.limits
    frame = pd.DataFrame({rule: [view(one, limits) for one in accounts] for rule, (view, _) in VIEWS.items()})
    for rule in ("missing_columns", "unknown_columns"):
        frame[rule] = frame[rule].astype("str")
    verdict = judge(name, frame, _expectations(limits))
    findings, refused = [no_findings()], dict[str, list[str]]()
    for rule, positions in zip(VIEWS, verdict.broken, strict=True):
        for position in positions.tolist():
            account, (value, explain) = accounts[position], VIEWS[rule]
            problem = f"{rule}: {explain(account, limits)}"
            refused.setdefault(account.delivery_id, []).append(problem)
            findings.append(delivery_finding(contract, account.delivery_id, rule, str(value(account, limits)), problem))
    return DeliveryVerdict(
        {delivery: "; ".join(problems) for delivery, problems in refused.items()},
        pd.concat(findings, ignore_index=True),
        verdict.evidence,
    )


def _expectations(limits: Limits) -> list[Any]:
    gxe = library().expectations
    at_most = 100.0 if limits.max_quarantined_percent is None else limits.max_quarantined_percent
    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        "row_count": (gxe.ExpectColumnValuesToBeBetween, {"min_value": limits.min_rows, "max_value": limits.max_rows}),
        "missing_columns": (gxe.ExpectColumnValuesToBeNull, {}),
        "unknown_columns": (gxe.ExpectColumnValuesToBeNull, {}),
        "quarantined_percent": (gxe.ExpectColumnValuesToBeBetween, {"min_value": 0.0, "max_value": at_most}),
    }
    return [
        kind(column=rule, meta={NUMBER: number, "rule": rule, "severity": "error"}, severity="critical", **limit)
        for number, (rule, (kind, limit)) in enumerate(kinds.items())
    ]


def _row_count(account: Account, limits: Limits) -> str:
    most = "" if limits.max_rows is None else f" and at most {limits.max_rows}"
    return f"{account.received} row(s), at least {limits.min_rows}{most} agreed"


def _judged_percent(account: Account, limits: Limits) -> float:
    return account.quarantined_percent if account.received >= limits.judged_from_rows else 0.0


def _missing_columns(account: Account, _limits: Limits) -> str:
    return f"required column(s) {', '.join(account.missing_columns)} not there"


def _unknown_columns(account: Account, _limits: Limits) -> str:
    return f"column(s) {', '.join(account.unknown_columns)} not in the contract"


def _quarantined_percent(account: Account, limits: Limits) -> str:
    return (
        f"{account.quarantined} of {account.received} rows ({account.quarantined_percent:.1f} %) break a rule, "
        f"at most {limits.max_quarantined_percent:g} % agreed"
    )


VIEWS: Mapping[str, tuple[Callable[[Account, Limits], Any], Callable[[Account, Limits], str]]] = {
    "row_count": (lambda account, _: account.received, _row_count),
    "missing_columns": (lambda account, _: ", ".join(account.missing_columns) or None, _missing_columns),
    "unknown_columns": (lambda account, _: ", ".join(account.unknown_columns) or None, _unknown_columns),
    "quarantined_percent": (_judged_percent, _quarantined_percent),
}
"""Rule of a delivery -> what Great Expectations sees of it, and what is wrong in words."""

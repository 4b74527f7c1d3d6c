"""Rows set aside: what to keep of them, and how repaired ones are judged again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from riskscore.contracts.batch import Arrived
from riskscore.contracts.check import QUARANTINED, CheckResult, check_arrived
from riskscore.contracts.contract import Contract, Limits
from riskscore.contracts.deliveries import account_of
from riskscore.errors import UnknownFixError


@dataclass(frozen=True)
class QuarantinedRow:
    """One row set aside, whole: beside the raw file the only place that holds its values as sent."""

    delivery_id: str
    row_number: int
    """1-based place in the file."""
    breaches: list[dict[str, str]] = field(repr=False)
    """Every rule the row broke: rule, column, severity, value (as sent), message (fit to be shown)."""
    cells: dict[str, str] = field(repr=False)
    """Its canonical texts by column; "" where nothing stood."""
    raw_line: str = field(repr=False)


@dataclass(frozen=True)
class Repair:
    """New texts for some columns of a row set aside."""

    delivery_id: str
    row_number: int
    cells: Mapping[str, str] = field(repr=False)
    """The row as it was set aside."""
    fix: Mapping[str, str] = field(repr=False)
    """Column -> its new text."""


def quarantined_rows(result: CheckResult, raw_lines: Sequence[str]) -> list[QuarantinedRow]:
    """Return the rows that the check set aside, in order; `raw_lines` are those of the whole batch, by position."""
    set_aside = result.outcome[result.outcome["outcome"] == QUARANTINED]
    texts = result.rows.loc[set_aside.index].astype("str").fillna("")
    cells = dict(zip(set_aside.index.tolist(), texts.to_dict("records"), strict=True))
    breaches: dict[int, list[dict[str, str]]] = {row: [] for row in cells}
    found = result.findings[result.findings["row"].isin(set_aside.index)]
    for row, breach in zip(
        found["row"], found[["rule", "column", "severity", "message"]].to_dict("records"), strict=True
    ):
        values = [str(cells[row][name]) for name in str(breach["column"]).split(", ") if name]
        breaches[row].append({**{str(key): str(text) for key, text in breach.items()}, "value": ", ".join(values)})
    return [
        QuarantinedRow(delivery, number, breaches[row], {str(k): str(v) for k, v in cells[row].items()}, raw_lines[row])
        for row, delivery, number in zip(cells, set_aside["delivery_id"], set_aside["row_number"], strict=True)
    ]


def check_repaired(
    contract: Contract, repairs: Sequence[Repair], *, taken_keys: pd.DataFrame | None = None
) -> CheckResult:
    """Judge repaired rows by the same contract, one result row per repair; a delivery's limits are not asked again.

    `taken_keys` holds `delivery_id` and the key columns, typed, of the rows already published of these deliveries: a
    repaired row must not repeat one. With `row_number` in it, a row that is there already itself (its repair was cut
    short) is not held against itself. Raises UnknownFixError for a column the contract does not have.
    """
    unknown = {name for repair in repairs for name in repair.fix} - set(contract.column_names)
    if unknown:
        raise UnknownFixError(feed=contract.name, columns=unknown, known=contract.column_names)
    texts = [{**repair.cells, **repair.fix} for repair in repairs]
    deliveries = pd.Series([repair.delivery_id for repair in repairs], dtype="str")
    arrived = Arrived(
        rows=pd.DataFrame(texts, columns=list(contract.column_names), dtype="str"),
        deliveries=deliveries,
        row_numbers=pd.Series([repair.row_number for repair in repairs], dtype="int64"),
        taken_keys=None if taken_keys is None else _of_others(taken_keys, repairs),
    )
    accounts = [
        account_of(contract, str(delivery), number, contract.column_names)
        for delivery, number in deliveries.value_counts(sort=False).items()
    ]
    return check_arrived(replace(contract, limits=Limits()), arrived, accounts)


def _of_others(taken_keys: pd.DataFrame, repairs: Sequence[Repair]) -> pd.DataFrame:
    if "row_number" not in taken_keys:
        return taken_keys
    own = pd.MultiIndex.from_tuples([(repair.delivery_id, repair.row_number) for repair in repairs])
    return taken_keys[~pd.MultiIndex.from_frame(taken_keys[["delivery_id", "row_number"]]).isin(own)]

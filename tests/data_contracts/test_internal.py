"""Internal contracts: the tables others rely on, and the database's own models."""

from pathlib import Path

import pytest

from riskscore.contracts import Contract, load_contract, table_schema
from riskscore.store.database import Base

ROOT = Path(__file__).parents[2] / "data_contracts" / "internal"
INTERNAL: dict[str, Contract] = {
    path.name.removesuffix(".odcs.yaml"): load_contract(path) for path in sorted(ROOT.glob("*.odcs.yaml"))
}
SQL = {name for name, contract in INTERNAL.items() if contract.stored_as == "sql table"}
SCORED_DAYS = {"container_score": "score_day", "voyage_score": "score_day"} | dict.fromkeys(
    ("monitor_finding", "monitor_tally"), "monitor_day"
)


@pytest.mark.parametrize("name", INTERNAL)
def test_a_contract_declares_the_table_of_its_name(name: str) -> None:
    assert INTERNAL[name].name == INTERNAL[name].lake_table == name
    assert INTERNAL[name].feed is None


def test_facts_are_partitioned_by_the_day_we_knew_them_and_scores_by_their_day() -> None:
    partitions = {name: table_schema(contract).partition for name, contract in INTERNAL.items() if name not in SQL}
    facts = dict.fromkeys(set(INTERNAL) - SQL - set(SCORED_DAYS), "known_day")
    assert partitions == facts | SCORED_DAYS


@pytest.mark.parametrize("name", sorted(SQL))
def test_a_sql_table_holds_what_its_contract_promises(name: str) -> None:
    assert set(INTERNAL[name].column_names) <= set(Base.metadata.tables[name].columns.keys())

"""Inbound contracts: each belongs to a parser and a table, and every rule bites on the row made for it."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from riskscore.contracts import Contract, load_contract
from riskscore.contracts.check import check_deliveries
from riskscore.sources import PARSERS

ROOT = Path(__file__).parents[2] / "data_contracts"
CASES = Path(__file__).parent / "cases"


def contracts(room: str) -> dict[str, Contract]:
    return {path.name.removesuffix(".odcs.yaml"): load_contract(path) for path in (ROOT / room).glob("*.odcs.yaml")}


INBOUND, INTERNAL = contracts("inbound"), contracts("internal")


def test_every_feed_has_a_contract_and_a_parser() -> None:
    assert set(INBOUND) == set(PARSERS)
    assert {name: contract.feed for name, contract in INBOUND.items()} == {name: name for name in PARSERS}


@pytest.mark.parametrize("feed", PARSERS)
def test_an_accepted_row_fits_its_lake_table(feed: str) -> None:
    inbound, table = INBOUND[feed], INTERNAL[INBOUND[feed].lake_table]
    ours = {column.name: (column.kind, column.required, column.personal) for column in inbound.columns}
    kept = {column.name: (column.kind, column.required, column.personal) for column in table.columns}
    added = kept.keys() - ours.keys()
    assert {name: kept[name] for name in ours} == ours
    ids = {"shipper_id", "shipper_name_id", "consignee_id", "consignee_name_id"}
    assert added == (ids if "shipper_name" in ours else set())
    assert inbound.key == table.key
    assert table.partition == "known_day"


@pytest.mark.parametrize("feed", PARSERS)
def test_names_of_parties_are_marked_personal(feed: str) -> None:
    names = {name for name in INBOUND[feed].column_names if name in {"shipper_name", "consignee_name"}}
    assert INBOUND[feed].personal == names


@pytest.mark.parametrize("feed", PARSERS)
def test_each_case_breaks_the_rules_it_names_and_no_other(feed: str) -> None:
    written = yaml.safe_load((CASES / f"{feed}.yaml").read_text())
    assert set(written["good"]) == set(INBOUND[feed].column_names)
    frames = {
        f"case{number}": pd.DataFrame(
            [changed := written["good"] | case["change"], *(changed | other for other in case.get("also", []))],
            dtype="str",
        )
        for number, case in enumerate(written["cases"])
    }
    verdict = check_deliveries(INBOUND[feed], frames)
    found = verdict.findings[verdict.findings["row_number"] == 1]
    broken = (found["rule"] + " of " + found["column"]).groupby(found["delivery_id"]).agg(set)
    wanted = {f"case{number}": set(case["breaks"]) for number, case in enumerate(written["cases"])}
    assert {case: broken.get(case, set()) for case in frames} == wanted
    passes = {f"case{number}" for number, case in enumerate(written["cases"]) if case.get("passes", not case["breaks"])}
    first = verdict.outcome[verdict.outcome["row_number"] == 1]
    assert set(first.loc[first["outcome"] == "accepted", "delivery_id"]) == passes


@pytest.mark.parametrize("feed", PARSERS)
def test_every_case_file_reaches_every_rule_across_columns(feed: str) -> None:
    written = yaml.safe_load((CASES / f"{feed}.yaml").read_text())
    broken = {rule.split(" of ")[0] for case in written["cases"] for rule in case["breaks"]}
    assert {rule.name for rule in INBOUND[feed].row_rules} <= broken


@pytest.mark.parametrize("feed", PARSERS)
def test_a_delivery_that_is_mostly_bad_is_refused_whole(feed: str) -> None:
    written = yaml.safe_load((CASES / f"{feed}.yaml").read_text())
    bad = next(case["change"] for case in written["cases"] if case["breaks"] and not case.get("passes"))
    frames = {
        "mostly bad": pd.DataFrame([written["good"] | bad] * 60, dtype="str"),
        "one bad row": pd.DataFrame([written["good"] | bad], dtype="str"),
    }
    verdict = check_deliveries(INBOUND[feed], frames)
    assert verdict.refused["mostly bad"].startswith("quarantined_percent: 60 of 60 rows")
    if feed.startswith(("seizures", "inspections")):  # these send a few rows at a time
        assert verdict.tally.loc["one bad row", "quarantined"] == 1

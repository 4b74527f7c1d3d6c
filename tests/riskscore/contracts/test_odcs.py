"""Contracts as files: the documented example loads; whatever would not be checked is refused, in words."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from riskscore.contracts import Contract, Vocabulary, load_contract, table_schema
from riskscore.errors import ContractError

FIXTURE = Path(__file__).parent / "fixtures" / "parcels.odcs.yaml"
README = Path(__file__).parents[3] / "riskscore" / "contracts" / "README.md"

Document = dict[str, Any]
Change = Callable[[Document], object]


def column(document: Document, name: str) -> dict[str, Any]:
    """The part of a contract document that describes a column."""
    found: dict[str, Any] = next(one for one in document["schema"][0]["properties"] if one["name"] == name)
    return found


def test_the_example_of_the_readme_is_a_contract(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    file = tmp_path / "manifest.odcs.yaml"
    file.write_text(example[1], encoding="utf-8")
    contract = load_contract(file)
    assert contract.feed == "manifest"
    assert contract.lake_table == "consignment"
    assert contract.key == ("voyage_id", "container_number", "line_number")
    assert contract.personal == {"shipper_name"}
    assert contract.limits.max_quarantined_percent == 20
    assert contract.terms.retention_days == 1095


def test_every_rule_is_named_worded_and_placed(parcels: Contract) -> None:
    rules = parcels.rules
    assert len({(rule.name, rule.columns) for rule in rules}) == len(rules)
    assert {rule.name for rule in rules} == {
        *("row_format", "required", "string", "integer", "number", "boolean", "date", "timestamp", "pattern", "length"),
        *("range", "code_list", "values", "no_detour", "seen_after_sent", "full_weighs_something", "unique_key"),
        *("prepaid_bears_stamp", "stamp_once"),
    }
    assert {rule.severity for rule in rules if rule.name == "full_weighs_something"} == {"warning"}
    assert all(rule.meaning.startswith(("must ", "the row must ")) for rule in rules)


def test_a_table_has_the_columns_key_and_partition_of_its_contract(parcels: Contract, tmp_path: Path) -> None:
    schema = table_schema(parcels)
    assert schema.name == "parcel"
    assert schema.key == ("parcel_id", "line")
    assert schema.partition == "known_day"
    assert schema.columns["line"] == pa.int64()
    assert schema.columns["packed_on"] == pa.date32()
    assert schema.columns["sent_at"] == pa.timestamp("us", tz="UTC")
    assert set(schema.columns) == set(parcels.column_names)


def test_a_column_may_be_the_partition(vocabulary: Vocabulary, tmp_path: Path) -> None:
    changed = rewritten(tmp_path, lambda document: column(document, "packed_on").update(partitioned=True))
    assert table_schema(load_contract(changed, vocabulary=vocabulary)).partition == "packed_on"


def rewritten(folder: Path, change: Change) -> Path:
    """The fixture with a change, as a file of the same name."""
    document = yaml.safe_load(FIXTURE.read_text(encoding="utf-8"))
    change(document)
    file = folder / FIXTURE.name
    file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return file


def custom(**implementation: object) -> dict[str, object]:
    return {"type": "custom", "engine": "riskscore", "implementation": implementation}


def table(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["schema"][0]
    return found


REFUSED: dict[str, tuple[Change, str]] = {
    "unknown key at the top": (lambda it: it.update(colour="red"), "'colour'"),
    "unknown key of a column": (lambda it: column(it, "port").update(colour="red"), "'colour'"),
    "unknown key of a clause": (lambda it: column(it, "port")["quality"][0].update(colour="red"), "'colour'"),
    "key nobody reads": (lambda it: column(it, "port").update(unique=True), "column port: nothing here reads this key"),
    "key nobody reads, at the top": (lambda it: it.update(servers=[]), "servers"),
    "another version of the standard": (lambda it: it.update(apiVersion="v3.0.2"), "v3.0.2"),
    "a date where the standard wants text": (lambda it: it.update(name=date(2026, 1, 1)), "2026"),
    "no version": (lambda it: it.pop("apiVersion"), "apiVersion"),
    "another name than the file": (lambda it: it.update(name="letters"), "letters"),
    "two tables": (lambda it: it["schema"].append(it["schema"][0]), "one table"),
    "no table": (lambda it: it.update(schema=[]), "one table"),
    "unknown kind": (lambda it: column(it, "port").update(logicalType="text"), "text"),
    "kind we have not": (lambda it: column(it, "port").update(logicalType="array"), "array"),
    "no sentence": (lambda it: column(it, "port").pop("description"), "description"),
    "name that is none": (lambda it: column(it, "port").update(name="Port of"), "snake_case"),
    "column twice": (lambda it: column(it, "port").update(name="via"), "twice"),
    "unknown classification": (lambda it: column(it, "port").update(classification="secret"), "secret"),
    "option of another kind": (lambda it: column(it, "stamp").update(logicalTypeOptions={"pattern": "x"}), "pattern"),
    "option of no meaning here": (lambda it: column(it, "port").update(logicalTypeOptions={"format": "uri"}), "format"),
    "no pattern": (lambda it: column(it, "parcel_id")["logicalTypeOptions"].update(pattern="P[0-9"), "RE2"),
    "look-ahead": (lambda it: column(it, "parcel_id")["logicalTypeOptions"].update(pattern="(?=P).*"), "RE2"),
    "no range": (lambda it: column(it, "weight_kg")["logicalTypeOptions"].update(minimum=501), "not a range"),
    "two minima": (lambda it: column(it, "weight_kg")["logicalTypeOptions"].update(exclusiveMinimum=0), "not a range"),
    "no length": (
        lambda it: column(it, "holder")["logicalTypeOptions"].update(minLength=13),
        "that long and that short",
    ),
    "bound that is no date": (lambda it: column(it, "packed_on")["logicalTypeOptions"].update(minimum="soon"), "soon"),
    "unknown code list": (lambda it: column(it, "port").update(quality=[custom(codeList="ports")]), "ports"),
    "unknown check": (lambda it: column(it, "port").update(quality=[custom(check="smell")]), "smell"),
    "list and check in one": (
        lambda it: column(it, "port").update(quality=[custom(codeList="port", check="is_short")]),
        "codeList",
    ),
    "misspelt rule": (lambda it: column(it, "port").update(quality=[custom(codelist="port")]), "codelist"),
    "code list on a number": (lambda it: column(it, "stamp").update(quality=[custom(codeList="port")]), "integer"),
    "rule twice": (
        lambda it: column(it, "port").update(quality=[custom(codeList="port"), custom(codeList="port")]),
        "code_list",
    ),
    "unknown severity": (lambda it: column(it, "port")["quality"][0].update(severity="info"), "info"),
    "unknown engine": (lambda it: column(it, "port")["quality"][0].update(engine="soda"), "soda"),
    "text clause nobody checks": (lambda it: column(it, "port").update(quality=[{"type": "text"}]), "text"),
    "metric of presence": (
        lambda it: column(it, "port").update(quality=[{"type": "library", "metric": "nullValues", "mustBe": 0}]),
        "nullValues",
    ),
    "some bad values agreed": (lambda it: column(it, "terms")["quality"][0].update(mustBe=5), "mustBe"),
    "value YAML read as a boolean": (
        lambda it: column(it, "terms")["quality"][0].update(arguments={"validValues": ["GB", False]}),
        "False",
    ),
    "values of a personal column": (
        lambda it: column(it, "holder").update(quality=[column(it, "terms")["quality"][0]]),
        "personal",
    ),
    "optional key": (lambda it: column(it, "line").update(required=False), "required"),
    "number as key": (lambda it: column(it, "weight_kg").update(primaryKey=True, primaryKeyPosition=3), "number"),
    "key not numbered": (lambda it: column(it, "line").pop("primaryKeyPosition"), "primaryKeyPosition"),
    "no key": (lambda it: [column(it, name).pop("primaryKey") for name in ("line", "parcel_id")], "key"),
    "two partitions": (
        lambda it: [column(it, name).update(partitioned=True) for name in ("packed_on", "port")],
        "partition",
    ),
    "lineage in a table of facts": (
        lambda it: [
            table(it).update(physicalType="delta table", quality=[]),
            column(it, "seen_at").update(name="known_at"),
        ],
        "lineage",
    ),
    "unknown storage": (lambda it: table(it).update(physicalType="table"), "physicalType"),
    "terms not said": (lambda it: it.update(customProperties=it["customProperties"][:3]), "handlingCode"),
    "unknown term": (lambda it: it["customProperties"].append({"property": "color", "value": 1}), "color"),
    "unknown handling code": (lambda it: it["customProperties"][3].update(value="secret"), "secret"),
    "retention without end": (lambda it: it["customProperties"][5].update(value="ever"), "ever"),
    "comparison of two kinds": (
        lambda it: table(it)["quality"][2].update(implementation={"compare": ["seen_at", "<", "line"]}),
        "timestamp < integer",
    ),
    "comparison with another kind": (
        lambda it: table(it)["quality"][3].update(implementation={"compare": ["weight_kg", ">", "0"]}),
        "not a number",
    ),
    "unknown operator": (
        lambda it: table(it)["quality"][3].update(implementation={"compare": ["weight_kg", "=", 0]}),
        "operator",
    ),
    "unknown column": (lambda it: table(it)["quality"][4].update(implementation={"require": ["stamps"]}), "stamps"),
    "condition on an unknown column": (
        lambda it: table(it)["quality"][4]["implementation"].update(when={"colour": "red"}),
        "colour",
    ),
    "condition of another kind": (
        lambda it: table(it)["quality"][4]["implementation"].update(when={"is_empty": "false"}),
        "not a boolean",
    ),
    "rule without a name": (lambda it: table(it)["quality"][2].pop("name"), "name"),
    "rule that says nothing": (lambda it: table(it)["quality"][2].update(implementation={}), "compare"),
    "share beyond all": (
        lambda it: table(it)["quality"][1].update(implementation={"maxQuarantinedPercent": 101}),
        "101",
    ),
    "a share of no row": (
        lambda it: table(it)["quality"][1].update(implementation={"maxQuarantinedPercent": 20, "fromRows": 0}),
        "fromRows",
    ),
    "half a row": (lambda it: table(it)["quality"][0].update(mustBeBetween=[0.5, 2]), "0.5"),
    "expectation of another tool": (
        lambda it: column(it, "stamp").update(
            quality=[
                {
                    "type": "custom",
                    "engine": "greatExpectations",
                    "implementation": {"type": "expect_column_values_to_be_odd", "kwargs": {"mostly": 0.9}},
                }
            ]
        ),
        "mostly",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_not_be_checked_is_refused(vocabulary: Vocabulary, tmp_path: Path, case: str) -> None:
    change, named = REFUSED[case]
    with pytest.raises(ContractError, match=re.escape(named)) as refusal:
        load_contract(rewritten(tmp_path, change), vocabulary=vocabulary)
    assert str(refusal.value).startswith("parcels.odcs.yaml, ")
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not a mapping"),
        ("- a\n- b\n", "not a mapping"),
        ("a: [", "not YAML"),
        ("kind: DataContract\nkind: Data\n", "given twice: kind"),
        ("a: {b: 1, b: 2}\n", "given twice: b"),
        ("a: !!python/object/apply:os.getcwd []\n", "not YAML"),
    ],
)
def test_a_file_that_is_no_contract_is_refused(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "broken.odcs.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=named):
        load_contract(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "broken.odcs.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ContractError, match="cannot be read"):
        load_contract(file)

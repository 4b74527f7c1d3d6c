"""Read a contract: ODCS 3.1 YAML -> Contract; whatever would not be checked is refused."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, SchemaProperty

from riskscore.contracts.clause import refuse_twice
from riskscore.contracts.column_clauses import column_rule_of
from riskscore.contracts.contract import ARROW_TYPES, Column, Contract, Terms
from riskscore.contracts.options import option_rules
from riskscore.contracts.place import Place
from riskscore.contracts.row_clauses import row_rules_and_limits
from riskscore.contracts.vocabulary import Vocabulary, shipped
from riskscore.contracts.yaml_text import read_yaml
from riskscore.store.table import LINEAGE

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SUFFIX = ".odcs.yaml"
TOP_KEYS = {
    *("apiVersion", "kind", "id", "name", "version", "status", "description", "customProperties", "schema_"),
    *("domain", "tenant", "tags", "dataProduct", "team", "slaProperties"),
}
FREQUENCY, DAYS = "frequency", ("d", "day", "days")
"""The one promise of a sender that is kept an eye on, and how the standard writes its unit."""
OBJECT_KEYS = {
    *("name", "logicalType", "physicalType", "description", "dataGranularityDescription", "properties"),
    *("quality", "tags", "businessName"),
}
COLUMN_KEYS = {
    *("name", "logicalType", "logicalTypeOptions", "description", "required", "primaryKey", "primaryKeyPosition"),
    *("partitioned", "classification", "quality", "businessName", "examples", "tags", "criticalDataElement"),
}
TERMS = ("originator", "handlingCode", "purpose", "retentionDays")
STORED_AS = ("file", "delta table", "sql table")
HANDLING_CODES = ("restricted", "official", "open")


def load_contract(path: Path, *, vocabulary: Vocabulary | None = None) -> Contract:
    """Read one contract file.

    `vocabulary` says which code lists and checks may be named; the shipped reference data if left out. Raises
    ContractError, with file, place, value and next move, for whatever is not ODCS 3.1 or would not be checked.
    """
    place = Place(path.name)
    document = read_yaml(path, place)
    _validate(document, place)
    contract = OpenDataContractStandard.model_validate(document)
    place.only(contract, TOP_KEYS)
    place.at("apiVersion").one_of(contract.apiVersion, {"v3.1.0"}, "version of the standard")
    place.at("name").one_of(contract.name, {path.name.removesuffix(SUFFIX)}, "a name other than the file's")
    if len(contract.schema_ or []) != 1:
        raise place.at("schema").refused(len(contract.schema_ or []), "one table per contract", "Split the file.")
    return _contract(contract, (contract.schema_ or [])[0], place, vocabulary or shipped())


def _contract(
    document: OpenDataContractStandard, table: SchemaObject, place: Place, vocabulary: Vocabulary
) -> Contract:
    here = place.at(f"schema {table.name}")
    here.only(table, OBJECT_KEYS)
    properties = table.properties or []
    refuse_twice([str(property_.name) for property_ in properties], here)
    columns = tuple(_column(property_, here.at(f"column {property_.name}"), vocabulary) for property_ in properties)
    rules, limits = row_rules_and_limits(table.quality or [], {column.name: column for column in columns}, here)
    refuse_twice([f"{rule.name} of {rule.columns[0]}" for rule in rules], here)
    custom = _custom_properties(document, place.at("customProperties"))
    return Contract(
        name=str(document.name),
        version=str(document.version),
        description=here.text(table.description, "description"),
        feed=custom.get("feed"),
        stored_as=here.one_of(table.physicalType, STORED_AS, "physicalType"),
        lake_table=custom.get("lakeTable", str(table.name)),
        terms=_terms(custom, place.at("customProperties")),
        every_days=_every_days(document, place.at("slaProperties")),
        columns=columns,
        row_rules=rules,
        key=_key(properties, here),
        partition=_partition(table, here),
        limits=limits,
        vocabulary=vocabulary,
    )


def _validate(document: Mapping[str, Any], place: Place) -> None:
    try:
        if _standard().is_valid(document):
            return
    except (TypeError, ValueError):
        pass  # a value that JSON does not have, such as a date: the other one says where
    if error := _broken(document):
        value = error.instance if isinstance(error.instance, str | int | float) else None
        problem = error.message if len(error.message) < 300 else f"breaks {error.validator} of the standard"
        raise place.at(error.json_path).refused(value, problem, "Correct it; the standard is ODCS 3.1.")


def _broken(document: Mapping[str, Any]) -> "ValidationError | None":
    """Say what is wrong: by the validator that takes 300 times as long, and tells best."""
    from jsonschema import Draft201909Validator  # noqa: PLC0415 wanted for no valid contract
    from jsonschema.exceptions import best_match  # noqa: PLC0415 as above

    error: ValidationError | None = best_match(Draft201909Validator(_schema()).iter_errors(document))
    return error


@cache
def _standard() -> jsonschema_rs.Draft201909Validator:
    return jsonschema_rs.Draft201909Validator(_schema())


def _schema() -> Any:
    return json.loads((files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8"))


def _column(property_: SchemaProperty, place: Place, vocabulary: Vocabulary) -> Column:
    place.only(property_, COLUMN_KEYS)
    name, personal = str(property_.name), property_.classification is not None
    if not name.isascii() or not name.isidentifier() or name.lower() != name:
        raise place.refused(name, "a column's name must be snake_case", "Rename it.")
    if personal:
        place.at("classification").one_of(property_.classification, {"personal"}, "classification")
    column = Column(
        name=name,
        kind=place.at("logicalType").one_of(property_.logicalType, ARROW_TYPES.keys(), "kind of column"),
        description=place.text(property_.description, "description"),
        required=bool(property_.required),
        personal=personal,
    )
    rules = option_rules(column, property_.logicalTypeOptions or {}, place.at("logicalTypeOptions"))
    for number, clause in enumerate(property_.quality or []):
        rules.append(column_rule_of(column, clause, place.at(f"quality {number + 1}"), vocabulary))
    refuse_twice([rule.name for rule in rules], place)
    return replace(column, rules=tuple(rules))


def _custom_properties(document: OpenDataContractStandard, place: Place) -> dict[str, Any]:
    found = document.customProperties or []
    refuse_twice([str(custom.property) for custom in found], place)
    place.only_keys([str(custom.property) for custom in found], {*TERMS, "feed", "lakeTable"})
    for custom in found:
        if custom.property in {"feed", "lakeTable"}:
            place.text(custom.value, str(custom.property))
    return {str(custom.property): custom.value for custom in found}


def _terms(custom: Mapping[str, Any], place: Place) -> Terms:
    if missing := [name for name in TERMS if name not in custom]:
        raise place.refused(None, f"{', '.join(missing)} not said", "Say on what terms the rows are held.")
    days = custom["retentionDays"]
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise place.refused(days, "retentionDays must be a whole number of days", "Write 1 or more.")
    return Terms(
        originator=place.text(custom["originator"], "originator"),
        handling_code=place.one_of(custom["handlingCode"], HANDLING_CODES, "handlingCode"),
        purpose=place.text(custom["purpose"], "purpose"),
        retention_days=days,
    )


def _every_days(document: OpenDataContractStandard, place: Place) -> int | None:
    """Return the days between deliveries that the sender promises; refuse any promise that nobody would watch."""
    promises = document.slaProperties or []
    refuse_twice([str(promise.property) for promise in promises], place)
    for promise in promises:
        place.one_of(promise.property, {FREQUENCY}, "promise that is watched")
        place.one_of(promise.unit, DAYS, "unit")
        if isinstance(promise.value, int) and not isinstance(promise.value, bool) and promise.value > 0:
            return promise.value
        raise place.refused(promise.value, "frequency must be a whole number of days", "Write 1 or more.")
    return None


def _key(properties: list[SchemaProperty], place: Place) -> tuple[str, ...]:
    parts = [property_ for property_ in properties if property_.primaryKey]
    for part in parts:
        if not part.required or part.logicalType == "number":
            raise place.refused(part.name, "a key column must be required and not a number", "Correct the column.")
    positions = [part.primaryKeyPosition or 0 for part in parts]
    is_numbered = sorted(positions) == list(range(1, len(parts) + 1))
    if not parts or (len(parts) > 1 and not is_numbered):
        raise place.refused(positions, "no key, or its columns are not numbered 1, 2, 3", "Set primaryKeyPosition.")
    return tuple(str(part.name) for part in sorted(parts, key=lambda part: part.primaryKeyPosition or 0))


def _partition(table: SchemaObject, place: Place) -> str:
    properties = table.properties or []
    marked = [str(property_.name) for property_ in properties if property_.partitioned]
    if len(marked) > 1:
        raise place.refused(marked, "more than one partition column", "Mark one.")
    partition = marked[0] if marked else "known_day"
    taken = sorted(LINEAGE.keys() & {str(property_.name) for property_ in properties})
    if table.physicalType == "delta table" and partition == "known_day" and taken:
        raise place.refused(taken, "the store adds the lineage of facts", "Remove these columns.")
    return partition

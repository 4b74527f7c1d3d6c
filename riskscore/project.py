"""The only module that names features/, models/ and data_contracts/: what this project has declared."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path

import pyarrow as pa

from riskscore.contracts import Contract, load_contract, table_schema
from riskscore.errors import SettingsError
from riskscore.featureset import FeatureSet
from riskscore.settings import Settings
from riskscore.store import Lake, Place, TableSchema
from riskscore.store.history import UNSEEN

ROOMS = ("features", "models", "data_contracts")
"""Folders that a project has."""
DELTA = "delta table"
"""What a contract says of a table that lies in the lake, not in the database."""


@dataclass(frozen=True)
class Project:
    """The declarations below one folder, each read when first asked for.

    Raises SettingsError where the folder is not there or not one of a project.
    """

    root: Path

    def __post_init__(self) -> None:
        if missing := [room for room in ROOMS if not (self.root / room).is_dir()]:
            raise SettingsError(
                f"{self.root} is no project folder: {', '.join(missing)} not there. Set RISKSCORE_PROJECT_DIR to the "
                f"folder that holds {', '.join(ROOMS)}."
            )

    @cached_property
    def inbound(self) -> dict[str, Contract]:
        """The contract of every feed, by name."""
        return self._contracts("inbound")

    @cached_property
    def internal(self) -> dict[str, Contract]:
        """The contract of every internal table, by name."""
        return self._contracts("internal")

    @cached_property
    def outbound(self) -> dict[str, Contract]:
        """The contract of every table partners may get, by name."""
        return self._contracts("outbound")

    @cached_property
    def fact_tables(self) -> list[str]:
        """The lake tables that deliveries fill."""
        return sorted({contract.lake_table for contract in self.inbound.values()})

    @property
    def agreements(self) -> Path:
        """Folder of the sharing agreements."""
        return self.root / "data_contracts" / "agreements"

    def model(self, name: str) -> Path:
        """Return the folder that holds the spec and card of a model; raise SettingsError if there is none."""
        folders = {spec.parent.name: spec.parent for spec in sorted(self.root.glob("models/*/spec.yaml"))}
        if name not in folders:
            known = ", ".join(folders) or "none"
            raise SettingsError(
                f"No model {name!r}; there are {known}. A model is models/<name>/spec.yaml and CARD.md."
            )
        return folders[name]

    @cached_property
    def feature_sets(self) -> Mapping[str, FeatureSet]:
        """The features of every grain, by the grain's name."""
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        declared: Mapping[str, FeatureSet] = import_module("features").FEATURE_SETS
        return declared

    def lake(self, settings: Settings) -> Lake:
        """Return the lake with the schema of every internal Delta table and of every grain's features."""
        tables = [self._table(contract) for contract in self.internal.values() if contract.stored_as == DELTA]
        schemas = [*tables, *map(feature_table, self.feature_sets.values())]
        place = Place(settings.lake_address, settings.lake_secrets)
        return Lake(place, schemas, located_in=settings.states / "located")

    def _table(self, contract: Contract) -> TableSchema:
        """Return the schema of a table, located by what a stream looks for near by, and at hand but for names."""
        table = table_schema(contract)
        if table.name not in self._near:
            return table
        hidden = {*contract.personal, *UNSEEN}
        at_hand = tuple(name for name in table.arrow().names if name not in hidden)
        return replace(table, located_by=self._near[table.name], at_hand=at_hand)

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        """The first column that each stream looks near by, by table."""
        found = dict[str, tuple[str, ...]]()
        for features in self.feature_sets.values():
            for stream in features.grain.streams.values():
                for table in stream.tables if stream.near else ():
                    found[table] = tuple(dict.fromkeys([*found.get(table, ()), stream.near[0]]))
        return found

    def _contracts(self, room: str) -> dict[str, Contract]:
        folder = self.root / "data_contracts" / room
        return {
            path.name.removesuffix(".odcs.yaml"): load_contract(path) for path in sorted(folder.glob("*.odcs.yaml"))
        }


def feature_table(features: FeatureSet) -> TableSchema:
    """Return the schema of the table that keeps the features of every scored row of a grain."""
    key = {name: pa.string() for name in features.grain.key}
    numbers = {name: pa.float64() for name in features.names}
    columns = {"score_day": pa.date32(), **key, **features.grain.context, **numbers}
    return TableSchema(f"{features.grain.name}_features", columns, ("score_day", *key), "score_day")

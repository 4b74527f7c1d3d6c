"""Where facts and decisions are kept: the lake, the lake as it was known, and the database."""

from riskscore.store import desk_records as desk_records  # its tables belong to every database
from riskscore.store.asof import AsOf, History
from riskscore.store.lake import Lake
from riskscore.store.place import Place
from riskscore.store.table import LINEAGE, TableSchema

__all__ = ["LINEAGE", "AsOf", "History", "Lake", "Place", "TableSchema"]

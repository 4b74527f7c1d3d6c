"""What a few rows of many days cost, from a table's files and from the shelf: python -m benchmarks.few_rows."""

import argparse
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.options import number, positive
from benchmarks.pages import command, machine, offer_write, show
from benchmarks.rounds import beside, rounds
from riskscore.project import Project
from riskscore.settings import Settings
from riskscore.store import Lake, TableSchema
from riskscore.store.lake import DAYS_AT_HAND

TABLE, FIRST = "consignment", date(2026, 1, 1)
CONTAINERS_A_VOYAGE = 2_000
VALUES = {
    "container_number": 10**9,
    "bill_of_lading": 10**9,
    "shipper_id": 20_000,
    "consignee_id": 20_000,
    "hs6": 3_000,
}
"""How many different values a column may have; any other text has a few hundred."""
ONE_IN = {"what changed": 200, "what is due": 16}
"""How few rows are looked for: one of so many, here and there on every day."""

Among = Mapping[str, Collection[Any]]
MOST_DAYS = DAYS_AT_HAND.days
days = number(int, lambda found: 1 <= found <= MOST_DAYS, f"a whole number from 1 to {MOST_DAYS}: no more are at hand")


def invented(schema: TableSchema, day: date, rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Return so many invented papers of one day, values of the schema's types."""
    columns: dict[str, Any] = {}
    for field in schema.arrow():
        numbers = random.integers(0, VALUES.get(field.name, 300), rows)
        if pa.types.is_string(field.type):
            columns[field.name] = pa.array([f"{field.name[:4]}{number:09d}" for number in numbers])
        elif pa.types.is_date(field.type):
            columns[field.name] = pa.repeat(pa.scalar(day, pa.date32()), rows)
        else:
            columns[field.name] = pa.array(numbers).cast(field.type)
    voyages = [f"INVENTED{day:%j}{number // CONTAINERS_A_VOYAGE:03d}" for number in range(rows)]
    table = pa.table({**columns, "voyage_id": voyages, "row_number": range(rows)}).select(schema.arrow().names)
    return table.to_pandas(date_as_object=True)


def read(lake: Lake, schema: TableSchema, among: Among) -> pd.DataFrame:
    """Read what is looked for, in order."""
    found = lake.read(TABLE, columns=schema.at_hand, among=among)
    return found.sort_values(["known_day", "row_number"], ignore_index=True)


def main() -> None:
    """Print seconds of both ways for two shares of the rows, the answers being the same."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.few_rows", description=__doc__)
    parser.add_argument("--rows", type=positive, default=100_000, help="invented papers a day (100000)")
    parser.add_argument("--days", type=days, default=26, help=f"days they lie on, at most {MOST_DAYS} (26)")
    parser.add_argument("--times", type=positive, default=5, help="rounds, of which the quickest counts (5)")
    offer_write(parser, "few_rows.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="riskscore-benchmark-") as folder:
        page = "\n".join(_page(Path(folder), given.rows, given.days, given.times))
    show(page, "few_rows.md", called=command(parser), keep=given.write)


def _page(folder: Path, rows: int, days: int, times: int) -> Iterator[str]:
    home, random = Settings(home=folder), np.random.default_rng(1)
    schema = Project(home.project_dir).lake(home).schema(TABLE)
    shelf, files = (
        Lake(folder / "lake", [one], located_in=folder / "located") for one in (schema, replace(schema, at_hand=()))
    )
    keys = pd.concat([_laid_down(files, schema, FIRST + timedelta(days=day), rows, random) for day in range(days)])
    yield "# A few rows of many days\n"
    yield f"INVENTED papers, {rows:,} on each of {days} days: {len(schema.at_hand)} columns of some, looked for by"
    yield "voyage and container, from the files of the table and from the shelf in turn; the answers are the same.\n"
    for name, few in ONE_IN.items():
        among = {column: values.drop_duplicates() for column, values in keys[::few].items()}
        ways = {"the shelf": partial(read, shelf, schema, among), "the files": partial(read, files, schema, among)}
        found = [way() for way in ways.values()]
        pd.testing.assert_frame_equal(*found)
        yield f"## Papers of {name}: {len(found[0]):,} of {len(keys):,} rows\n"
        yield beside(rounds(ways, times), "the shelf") + "\n"
    yield machine() + "."


def _laid_down(lake: Lake, schema: TableSchema, day: date, rows: int, random: np.random.Generator) -> pd.DataFrame:
    """Lay down the papers of a day and return whose they are."""
    papers = invented(schema, day, rows, random)
    lake.replace_days(TABLE, papers, [day])
    return papers[["voyage_id", "container_number"]]


if __name__ == "__main__":
    main()

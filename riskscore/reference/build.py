"""Build the shipped tables from the published files: `python -m riskscore.reference.build SOURCE_DIR`."""

import argparse
from pathlib import Path

import pandas as pd

from riskscore.errors import ReferenceDataError
from riskscore.reference.build_codes import read_container_types, read_countries, read_goods
from riskscore.reference.build_places import (
    locate_ports,
    mark_seaports,
    read_harbours,
    read_locodes,
    read_terminals,
)

HERE = Path(__file__).parent
TABLES = HERE / "tables"

USED_FOR = {
    "un-locode": "locodes, ports",
    "world-port-index": "ports (positions of harbours)",
    "smdg-terminals": "ports (number and position of container terminals)",
    "country-codes": "countries",
    "harmonized-system": "goods",
    "iso6346": "container_types",
    "land": "ports (is_seaport); riskscore/geo: land",
}
"""Folder of the source -> the shipped tables made from it."""


def build(source: Path, target: Path) -> dict[str, pd.DataFrame]:
    """Write every shipped table to `target` and return them by name; same sources, same bytes."""
    tables = read_tables(source)
    target.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_parquet(target / f"{name}.parquet", compression="zstd", compression_level=19)
    return tables


def read_tables(source: Path) -> dict[str, pd.DataFrame]:
    """Read the published files; raise ReferenceDataError if one is missing."""
    missing = [folder for folder in USED_FOR if not (source / folder / "SOURCE.txt").is_file()]
    if missing:
        raise ReferenceDataError(f"{source} has no {', '.join(missing)} (each with its SOURCE.txt).")
    locodes, harbours, terminals = read_locodes(source), read_harbours(source), read_terminals(source)
    ports = locate_ports(locodes, harbours, terminals)
    ports = mark_seaports(ports, source, harbours.index)
    return {
        "locodes": locodes[["name", "country", "function"]],
        "ports": ports.round({"lat": 4, "lon": 4}),
        "countries": read_countries(source),
        "goods": read_goods(source),
        "container_types": read_container_types(source),
        "sources": read_sources(source),
    }


def read_sources(source: Path) -> pd.DataFrame:
    """Return one row per published source: where it is from, at which version, under which licence."""
    rows = [{"source": folder, "used_for": used, **source_facts(source / folder)} for folder, used in USED_FOR.items()]
    return pd.DataFrame(rows).set_index("source").fillna("").sort_index()


def source_facts(folder: Path) -> dict[str, str]:
    """Return the facts of a SOURCE.txt, whose lines read `key: value`."""
    lines = (folder / "SOURCE.txt").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split(": ", 1) for line in lines if ": " in line)
    return {
        "origin": facts.get("repo") or facts["package"],
        "version": facts.get("commit", "see origin"),
        "licence": facts["licence"],
        "note": facts.get("note", ""),
    }


def sources_page(sources: pd.DataFrame) -> str:
    """Return SOURCES.md: the table of sources in Markdown."""
    head = "# Sources of the shipped reference data\n\nWritten by `python -m riskscore.reference.build SOURCE_DIR`.\n\n"
    columns = ["source", *sources.columns]
    lines = [columns, ["---"] * len(columns), *sources.reset_index().to_numpy().tolist()]
    return head + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> None:
    """Build the tables from the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with un-locode/, harmonized-system/, ...")
    tables = build(parser.parse_args().source, TABLES)
    (HERE / "SOURCES.md").write_text(sources_page(tables["sources"]), encoding="utf-8")
    for name, table in tables.items():
        print(f"{name}: {len(table)} rows, {(TABLES / f'{name}.parquet').stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""Real public reference data shipped with the package: places, goods, countries, container codes."""

from riskscore.reference.identifiers import (
    container_check_digit,
    container_check_digits,
    valid_container_numbers,
    valid_container_types,
    valid_imo_numbers,
)
from riskscore.reference.lists import (
    code_list,
    container_types,
    countries,
    hs6_codes,
    hs_chapters,
    hs_headings,
    locodes,
    ports,
    sources,
)

__all__ = [
    "code_list",
    "container_check_digit",
    "container_check_digits",
    "container_types",
    "countries",
    "hs6_codes",
    "hs_chapters",
    "hs_headings",
    "locodes",
    "ports",
    "sources",
    "valid_container_numbers",
    "valid_container_types",
    "valid_imo_numbers",
]

"""Rows for the tables of the database."""

from datetime import date
from typing import Any

DAY = date(2026, 5, 4)


def a_delivery(number: int) -> dict[str, Any]:
    """Return a delivery that landed."""
    return {
        "delivery_id": f"{number:016x}",
        "feed": "manifest",
        "file_name": f"m{number}.csv",
        "folder_day": DAY,
        "known_day": DAY,
        "sha256": f"{number:064x}",
        "byte_count": 3 * 2**30 + number,
        "state": "landed",
        "received_rows": 0,
        "accepted_rows": 0,
        "quarantined_rows": 0,
        "refused_rows": 0,
        "reason": "",
    }


def an_item(position: int, unit: str = "NLRTM", day: date = DAY) -> dict[str, Any]:
    """Return a container in a unit's queue."""
    return {
        "queue_day": day,
        "unit": unit,
        "voyage_id": f"V{unit}",
        "container_number": f"MSKU{position:07d}",
        "position": position,
        "why": "score",
        "rule": "",
        "probability": position / 7,
        "expected_value": 1 / position,
        "selection_probability": 1.0,
        "model": "container_risk 1",
        "is_over_capacity": False,
        "state": "open",
        "holder": "",
        "version": 0,
        "shown": {"vessel_name": "ÉTOILE ᛟ", "coverage": 0.1 + 0.2, "reasons": [{"value": None}]},
    }


def a_row_set_aside(number: int) -> dict[str, Any]:
    """Return a row in quarantine, of a sender who means ill."""
    hostile = ["plain", "a\tb\\N\r\n\\.", "'; DROP TABLE delivery; --", "nul \0 in it", "\N{PILE OF POO}", "\\N", ""]
    return {
        "delivery_id": "d1",
        "row_number": number,
        "feed": "manifest",
        "breaches": [{"rule": "required", "value": hostile[number % len(hostile)]}],
        "cells": {"goods": hostile[number % len(hostile)], "nul \0": "\\u0000"},
        "raw_line": f"{number}{hostile[number % len(hostile)]}",
    }

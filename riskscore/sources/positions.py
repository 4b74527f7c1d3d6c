"""Positions of vessels from an archive of AIS messages: CSV, UTF-8, comma."""

from pathlib import Path

from riskscore.sources.codes import but_not
from riskscore.sources.delimited import read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

NOT_AVAILABLE = {
    "mmsi": "0",
    "lat": "91",
    "lon": "181",
    "speed_kn": "102.3",
    "course_deg": "360",
    "draught_m": "0",
}
"""What a transponder sends for a value that it does not have (Recommendation ITU-R M.1371, messages 1 and 5)."""

LAYOUT = Layout(
    feed="positions",
    used={
        "IMO": "vessel_imo",
        "MMSI": "mmsi",
        "TIME_UTC": "at",
        "LATITUDE": "lat",
        "LONGITUDE": "lon",
        "SOG_KN": "speed_kn",
        "COG_DEG": "course_deg",
        "DRAUGHT_M": "draught_m",
        "NAV_STATUS": "status",
        "RECEIVED_UTC": "received_at",
    },
    conversions={name: but_not(code) for name, code in NOT_AVAILABLE.items()},
)


def parse(path: Path) -> Parsed:
    """Read one extract; what a vessel's transponder called not available is missing."""
    return read_delimited(path, LAYOUT)

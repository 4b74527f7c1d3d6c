"""Build the code tables: countries, goods and container types."""

import json
from itertools import product
from pathlib import Path

import pandas as pd

from riskscore.reference.build_places import read_text_table

KOSOVO = {"alpha2": "XK", "alpha3": "XKX", "name": "Kosovo", "region": "Europe", "sub_region": "Southern Europe"}
"""ISO 3166 leaves XK to its users; the EU's list of countries for trade statistics uses it for Kosovo."""

TYPE_GROUPS = {
    "GP": "General purpose",
    "VH": "Ventilated",
    "BU": "Dry bulk, not pressurised",
    "BK": "Dry bulk, pressurised",
    "SN": "Named cargo",
    "RE": "Thermal, refrigerated",
    "RT": "Thermal, refrigerated and heated",
    "RS": "Thermal, self-powered",
    "HR": "Thermal, removable equipment",
    "HI": "Thermal, insulated",
    "UT": "Open top",
    "PL": "Platform",
    "PF": "Platform with fixed ends",
    "PC": "Platform with folding ends",
    "PS": "Platform with complete superstructure",
    "TN": "Tank for liquids, not dangerous",
    "TD": "Tank for liquids, dangerous",
    "TG": "Tank for gases",
    "AS": "Air/surface",
}
"""Group codes of ISO 6346:1995, used on documents where the detailed type is not known."""


def read_countries(source: Path) -> pd.DataFrame:
    """Return ISO 3166 by alpha-2 code, and Kosovo's user-assigned one."""
    listed = read_text_table(source / "country-codes" / "country-codes.csv")
    continents = listed["Continent"].map({"AN": "Antarctica", "AS": "Asia"}).fillna("")
    countries = pd.DataFrame(
        {
            "alpha2": listed["ISO3166-1-Alpha-2"],
            "alpha3": listed["ISO3166-1-Alpha-3"],
            "name": listed["CLDR display name"],
            "region": listed["Region Name"].mask(listed["Region Name"] == "", continents),
            "sub_region": listed["Sub-region Name"],
        }
    )
    countries["is_iso3166"] = True
    kosovo = pd.DataFrame([{**KOSOVO, "is_iso3166": False}])
    return pd.concat([countries, kosovo]).set_index("alpha2").sort_index()


def read_goods(source: Path) -> pd.DataFrame:
    """Return every HS code of two, four and six digits: its text, level and section, without `not specified`."""
    listed = read_text_table(source / "harmonized-system" / "harmonized-system.csv")
    sections = read_text_table(source / "harmonized-system" / "sections.csv")
    section_text = sections.set_index("section")["name"].str.strip()
    goods = listed[listed["section"].isin(section_text.index)]
    return pd.DataFrame(
        {
            "description": goods["description"].str.strip().array,
            "level": goods["level"].astype("int8").array,
            "section": goods["section"].array,
            "section_text": goods["section"].map(section_text).array,
        },
        index=pd.Index(goods["hscode"].array, name="code"),
    ).sort_index()


def read_container_types(source: Path) -> pd.DataFrame:
    """Return every ISO 6346 size and type code: length x height and width x type."""
    folder = source / "iso6346"
    size = json.loads((folder / "iso6346_size.json").read_text())
    groups = json.loads((folder / "iso6346_group.json").read_text())
    detailed = json.loads((folder / "iso6346_type.json").read_text())
    types = {**detailed, **TYPE_GROUPS}
    rows = [
        {
            "container_type": length + height + kind,
            "length_mm": int(size["length"][length].removesuffix(" mm")),
            "height": size["heightWidth"][height]["height"],
            "width": size["heightWidth"][height]["width"],
            "group": kind[0],
            "group_text": groups[kind[0]],
            "description": types[kind],
        }
        for length, height, kind in product(size["length"], size["heightWidth"], types)
    ]
    return pd.DataFrame(rows).set_index("container_type").sort_index()

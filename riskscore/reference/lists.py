"""The shipped reference tables, read once and handed out as cheap copies."""

from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files

import pandas as pd

from riskscore.errors import ReferenceDataError


@cache
def _shipped(name: str) -> pd.DataFrame:
    with as_file(files("riskscore.reference") / "tables" / f"{name}.parquet") as path:
        return pd.read_parquet(path)


def _table(name: str) -> pd.DataFrame:
    return _shipped(name).copy(deep=False)  # copy on write: a caller's change never reaches the cached table


def locodes() -> pd.DataFrame:
    """Return every UN/LOCODE (index `locode`): name, country, function (UNECE's eight-place field)."""
    return _table("locodes")


def ports() -> pd.DataFrame:
    """Return every port by locode, sea and inland.

    Columns: name, country (alpha-2), function, lat, lon (degrees, NaN where nobody published a credible position),
    position_from (terminal | harbour | locode | looked_up | ""), terminal_count (container terminals SMDG lists),
    is_seaport.
    """
    return _table("ports")


def countries() -> pd.DataFrame:
    """Return countries by alpha2: alpha3, name, region, sub_region, is_iso3166 (false for Kosovo's XK alone)."""
    return _table("countries")


def container_types() -> pd.DataFrame:
    """Return ISO 6346 size and type codes by container_type: length_mm, height, width, group, texts."""
    return _table("container_types")


def hs6_codes() -> pd.DataFrame:
    """Return HS 2022 subheadings by hs6, with the texts above them.

    Columns: description, heading, heading_text, chapter, chapter_text, section (Roman), section_text.
    """
    return _hs6().copy(deep=False)


def hs_headings() -> pd.DataFrame:
    """Return HS headings (4 digits) by heading: description, chapter, section, section_text."""
    goods = _level(4)
    return goods.assign(chapter=goods.index.str[:2]).rename_axis("heading")


def hs_chapters() -> pd.DataFrame:
    """Return HS chapters (2 digits) by chapter: description, section, section_text."""
    return _level(2).rename_axis("chapter")


def sources() -> pd.DataFrame:
    """Return where the shipped tables come from, by source: used_for, origin, version, licence, note."""
    return _table("sources")


def code_list(name: str) -> frozenset[str]:
    """Return the valid codes of a list named in a contract; raise ReferenceDataError for an unknown name."""
    if name not in CODE_LISTS:
        raise ReferenceDataError(f"No code list {name!r}; there are {', '.join(sorted(CODE_LISTS))}.")
    return _codes(name)


@cache
def _codes(name: str) -> frozenset[str]:
    return frozenset(CODE_LISTS[name]().tolist())  # an index yields its values one by one far slower


@cache
def _hs6() -> pd.DataFrame:
    goods = _level(6).rename_axis("hs6")
    headings, chapters = hs_headings()["description"], hs_chapters()["description"]
    return goods.assign(
        heading=goods.index.str[:4],
        heading_text=headings.reindex(goods.index.str[:4]).array,
        chapter=goods.index.str[:2],
        chapter_text=chapters.reindex(goods.index.str[:2]).array,
    )[["description", "heading", "heading_text", "chapter", "chapter_text", "section", "section_text"]]


def _level(digits: int) -> pd.DataFrame:
    goods = _table("goods")
    return goods[goods["level"] == digits].drop(columns="level")


def _seaports() -> pd.Index:
    listed = ports()
    return listed.index[listed["is_seaport"]]


CODE_LISTS: dict[str, Callable[[], pd.Index]] = {
    "locode": lambda: locodes().index,
    "seaport": _seaports,
    "hs6": lambda: hs6_codes().index,
    "country": lambda: countries().index,
    "container_type": lambda: container_types().index,
}
"""Name a contract may use -> its codes. To add one: add a line."""

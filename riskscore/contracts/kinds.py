"""What each kind of column accepts: text -> whether it is of the kind, and its typed value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

Flags = npt.NDArray[np.bool_]

INVISIBLE = (
    r"\p{C}\p{Zl}\p{Zp}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{2800}\x{3164}"
    r"\x{FE00}-\x{FE0F}\x{FFA0}\x{FFF0}-\x{FFFB}\x{E0000}-\x{E0FFF}\x{2065}"
)
"""Control, format, private and default-ignorable characters, and those that print as nothing (RE2 class)."""

BLANK = rf"\A[{INVISIBLE}\p{{Z}}]*\z"
WORDS_FOR_NOTHING = r"(?i:nan|null|none|n/a|#n/a|<na>|nat|[+-]?inf|[+-]?infinity)"
"""What programs write into a text for a value they do not have. NA is none of them: it is Namibia."""
NOTHING = rf"\A[{INVISIBLE}\p{{Z}}]*(?:{WORDS_FOR_NOTHING}[{INVISIBLE}\p{{Z}}]*)?\z"
UNCLEAN = rf"[{INVISIBLE}\x{{FFFD}}]|\A\p{{Z}}|\p{{Z}}\z"

YEAR, MONTH, DAY = "(?:19|20|21)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
OFFSET = r"(?:Z|\+00:00|[+-](?:0[1-9]|1[0-3]):[0-5][0-9]|[+-]00:(?:0[1-9]|[1-5][0-9])|[+-]14:00)"

INTEGER = r"\A(?:0|-?[1-9][0-9]{0,17})\z"
NUMBER = r"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z"
BOOLEAN = r"\A(?:true|false)\z"
DATE = rf"\A{YEAR}-{MONTH}-{DAY}\z"
TIMESTAMP = rf"\A{YEAR}-{MONTH}-{DAY}T{TIME}{OFFSET}\z"


@dataclass(frozen=True)
class Typed:
    """Distinct texts as one kind: which of them are of it, and their values (null where they are not)."""

    readable: Flags
    values: ExtensionArray | npt.NDArray[Any]


def matches(texts: pa.Array, pattern: str) -> Flags:
    """Tell of each text whether the RE2 pattern is found in it; no text may be null."""
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def whole(pattern: str) -> str:
    """Return the RE2 pattern that matches only a whole text."""
    return rf"\A(?:{pattern})\z"


def _only(texts: pa.Array, keep: Flags) -> pa.Array:
    return pc.if_else(pa.array(keep), texts, pa.scalar(None, texts.type))


def _string(texts: pa.Array) -> Typed:
    readable = ~matches(texts, UNCLEAN)
    return Typed(readable, pd.array(_only(texts, readable), dtype="str"))


def _integer(texts: pa.Array) -> Typed:
    readable = matches(texts, INTEGER)
    return Typed(readable, pd.array(_only(texts, readable).cast(pa.int64()).to_pylist(), dtype="Int64"))


def _number(texts: pa.Array) -> Typed:
    values = _only(texts, matches(texts, NUMBER)).cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    readable = np.isfinite(values) & ~((values == 0) & np.signbit(values))
    return Typed(readable, np.where(readable, values, np.nan))


def _boolean(texts: pa.Array) -> Typed:
    readable = matches(texts, BOOLEAN)
    return Typed(readable, pd.array(_only(texts, readable).cast(pa.bool_()).to_pylist(), dtype="boolean"))


def _timestamp(texts: pa.Array) -> Typed:
    written = pd.Series(pd.array(_only(texts, matches(texts, TIMESTAMP)), dtype="str"))
    instants = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce").dt.as_unit("us")
    return Typed(instants.notna().to_numpy(), instants.array)


def _date(texts: pa.Array) -> Typed:
    written = pd.Series(pd.array(_only(texts, matches(texts, DATE)), dtype="str"))
    days = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").dt.as_unit("us")
    return Typed(days.notna().to_numpy(), days.array)


KINDS: Mapping[str, Callable[[pa.Array], Typed]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
"""Kind -> reader of distinct texts. Dates are kept as midnights (datetime64) until rows are handed out."""


def read_texts(kind: str, texts: pa.Array) -> Typed:
    """Read distinct, present texts as `kind`."""
    return KINDS[kind](texts)


def read_one(kind: str, text: str) -> Any:
    """Return one text as a value of `kind`; raise ValueError if it is not of it."""
    typed = read_texts(kind, pa.array([text], type=pa.large_string()))
    if not typed.readable[0]:
        raise ValueError(text)
    return typed.values[0]

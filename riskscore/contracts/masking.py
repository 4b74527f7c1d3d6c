"""What of a value may be shown: nothing of a personal one, and elsewhere only what looks like a code."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.contracts.batch import Batch
from riskscore.contracts.contract import Rule

PERSONAL = "(personal)"
LONGEST = 60
LONG_WORD = re.compile(r"[^\W\d_]{6,}")
TWO_WORDS = re.compile(r"[^\W\d_]{2,}\s.*?[^\W\d_]{2,}", re.DOTALL)


def shown(text: str) -> str:
    """Return a value such that no party's name is told by it, even one that slipped into the wrong column.

    Codes, numbers and dates are shown with invisible characters escaped; what reads like words is described.
    """
    if LONG_WORD.search(text) or TWO_WORDS.search(text):
        return f"(text of {len(text)} characters)"
    escaped = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
    return escaped if len(escaped) <= LONGEST else f"{escaped[:LONGEST]}..."


def shown_texts(rule: Rule, batch: Batch, positions: npt.NDArray[np.intp]) -> pd.Series:
    """Return what may be shown of the values that a rule looked at in these rows (index 0..)."""
    parts = [_shown_column(name, batch, positions) for name in rule.columns]
    if not parts:
        return pd.Series([batch.arrived.faults.get(int(position), "") for position in positions], dtype="str")
    if len(parts) == 1:
        return parts[0]
    named = [[f"{name}={value}" for value in part] for name, part in zip(rule.columns, parts, strict=True)]
    return pd.Series([", ".join(values) for values in zip(*named, strict=True)], dtype="str")


def _shown_column(name: str, batch: Batch, positions: npt.NDArray[np.intp]) -> pd.Series:
    reading = batch.readings[name]
    texts = reading.texts.iloc[positions].reset_index(drop=True)
    if reading.column.personal:
        return texts.mask(texts.notna(), PERSONAL).fillna("")
    return texts.map({text: shown(text) for text in texts.dropna().unique()}).astype("str").fillna("")

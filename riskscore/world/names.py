"""Names that nobody bears: invented syllables around a word that says so."""

from itertools import product

import numpy as np
import pandas as pd

from riskscore.world.arrays import Texts, positions_by
from riskscore.world.tables import companies

HEADS = (
    "Zum", "Quor", "Bli", "Vra", "Snar", "Gru", "Plim", "Wob", "Fli", "Tro", "Kras", "Drob", "Yal", "Mim",
    "Gnos", "Flum", "Spro", "Xan", "Trib", "Zol", "Hib", "Crum", "Jot", "Lur",
)  # fmt: skip
MIDDLES = (
    "bre", "lo", "gri", "vu", "na", "mo", "zi", "ta", "pli", "qua", "sni", "du", "fe", "ra", "bo", "ki", "wa",
    "the", "su", "ly", "ga", "po", "ne", "cho",
)  # fmt: skip
TAILS = (
    "lix", "mond", "per", "zak", "vel", "toz", "bin", "dra", "fud", "gor", "hum", "jet", "lan", "nid", "pex",
    "rast", "sil", "tuk", "wen", "yor", "zam", "bel", "cor", "dil",
)  # fmt: skip
STEMS = np.array(["".join(parts) for parts in product(HEADS, MIDDLES, TAILS)], dtype=object)
"""13,824 words of no language; every name starts with one of them."""


def company_names(country: pd.Series, rng: np.random.Generator) -> Texts:
    """Return one different invented company name per country given, with that country's legal forms."""
    names = np.empty(len(country), dtype=object)
    for code, rows in positions_by(country.to_numpy(dtype=object)).items():
        names[rows] = _names_of(code, len(rows), rng)
    return names


def vessel_names(count: int, rng: np.random.Generator) -> Texts:
    """Return different invented ship names in capitals."""
    number = rng.permutation(len(STEMS))[np.arange(count) % len(STEMS)]
    lap = np.arange(count) // len(STEMS)
    return np.array(
        [f"INVENTED {STEMS[i].upper()}{f' {k + 1}' if k else ''}" for i, k in zip(number, lap, strict=True)],
        dtype=object,
    )


def _names_of(country: str, count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` names of one country: pairs of stem and invented word, numbered once they run out."""
    row = companies().loc[[country]].iloc[0]
    words = row["invented"]
    pairs = len(STEMS) * len(words)
    order = rng.choice(pairs, min(count, pairs), replace=False)[np.arange(count) % pairs]
    trades = rng.choice(np.array(row["trades"], dtype=object), count)
    forms = rng.choice(np.array(row["legal_forms"], dtype=object), count)
    return [
        f"{STEMS[pair // len(words)]} {words[pair % len(words)]} {trade}{f' {k + 1}' if k else ''} {form}"
        for pair, trade, form, k in zip(order, trades, forms, np.arange(count) // pairs, strict=True)
    ]

"""Give parties and their names identifiers that can be logged and shared where a name cannot."""

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscore.entities.names import normalise_name

SEPARATOR = "\x1f"
ID_BYTES = 8


def party_id(name: pd.Series, country: pd.Series) -> pd.Series:
    """Return the party's identifier, 16 hex digits of BLAKE2b over its normalised name and country (alpha-2).

    Missing where the name is; a missing country counts as a country of its own. The same name and country give the
    same identifier on every machine, as long as the rules of `normalise_name` stay as they are.
    """
    return _identified(name.index, *pd.factorize(normalise_name(name)), country)


def name_id(name: pd.Series) -> pd.Series:
    """Return the identifier of the name alone, as `party_id` gives it where no country is told; missing for nobody."""
    return _identified(name.index, *pd.factorize(normalise_name(name)), None)


def party_and_name_id(name: pd.Series, country: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return `party_id` and `name_id`; each name is brought to its form once."""
    number, forms = pd.factorize(normalise_name(name))
    return _identified(name.index, number, forms, country), _identified(name.index, number, forms, None)


def _identified(
    index: pd.Index, number: npt.NDArray[np.intp], unique: pd.Index, country: pd.Series | None
) -> pd.Series:
    """Return the identifiers of names that are given by the number of their form, -1 for nobody."""
    place, where = np.zeros(len(number), dtype=np.intp), [""]
    if country is not None:
        place, countries = pd.factorize(country.astype("str").fillna("").str.strip().str.upper())
        where = countries.tolist()
    pair, pairs = pd.factorize(np.where(number < 0, -1, number * len(where) + place))
    forms = unique.tolist()
    identifiers = [
        None if one < 0 else _digest(forms[one // len(where)] + SEPARATOR + where[one % len(where)])
        for one in pairs.tolist()
    ]
    return pd.Series(pd.array(identifiers, dtype="str").take(pair), index=index)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES).hexdigest()

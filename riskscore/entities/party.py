"""Give parties and their names identifiers that can be logged and shared where a name cannot."""

import hashlib

import numpy as np
import pandas as pd

from riskscore.entities.names import normalise_name

SEPARATOR = "\x1f"
ID_BYTES = 8


def party_id(name: pd.Series, country: pd.Series) -> pd.Series:
    """Return the party's identifier, 16 hex digits of BLAKE2b over its normalised name and country (alpha-2).

    Missing where the name is; a missing country counts as a country of its own. The same name and country give the
    same identifier on every machine, as long as the rules of `normalise_name` stay as they are.
    """
    form, forms = pd.factorize(normalise_name(name))
    place, places = pd.factorize(country.astype("str").fillna("").str.strip().str.upper())
    pair, pairs = pd.factorize(np.where(form < 0, -1, form * len(places) + place))
    identifiers = [
        None if number < 0 else _digest(forms[number // len(places)] + SEPARATOR + places[number % len(places)])
        for number in pairs
    ]
    return pd.Series(pd.array(identifiers, dtype="str").take(pair), index=name.index)


def name_id(name: pd.Series) -> pd.Series:
    """Return the identifier of the name alone, as `party_id` gives it where no country is told; missing for nobody."""
    return party_id(name, pd.Series("", index=name.index, dtype="str"))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES).hexdigest()

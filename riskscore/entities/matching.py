"""Find the party a misspelt name means."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from riskscore.entities.edit_distance import edit_distance
from riskscore.entities.names import normalise_name

GRAM = 2
"""Length of the letter groups that names are first compared by."""
SHARED_AT_LEAST = 0.5
"""Share of letter groups (Dice) below which two names are not looked at any closer."""
LOOKED_AT = 10
"""How many of the closest names are compared letter by letter."""
ERRORS_ALLOWED = ((5, 0), (10, 1), (18, 2))
"""Names shorter than so many letters may differ by so many errors; longer ones by three."""
MOST_ERRORS = 3


@dataclass(frozen=True)
class Register:
    """The known parties of a country: identifiers, names, the names' letter groups, and the words names share."""

    identifiers: list[str]
    names: list[str]
    columns: dict[str, int]
    grams: csr_array
    shared_words: frozenset[str]


def match_names(query: pd.DataFrame, register: pd.DataFrame) -> pd.Series:
    """Return for each row of `query` (name, country) the party_id of the one party in `register` it means, or missing.

    `register` has the columns party_id, name, country. The normalised name decides if it is there; otherwise a name in
    the same country that differs by few typing errors or by the order of its words. Two parties equally close, other
    digits, or a word that other parties' names use ("north" for "south") are no match. A row without a country is
    compared with all of them.
    """
    asked = _prepared(query).rename(columns={"name": "form"})
    known = _prepared(register).assign(party_id=register["party_id"].to_numpy()).dropna(subset=["name", "party_id"])
    found = pd.Series(pd.NA, index=query.index, dtype="str")
    for country, rows in asked.dropna(subset=["form"]).groupby("country", dropna=False):
        parties = known if country == "" else known[known["country"] == country]
        if len(parties):
            listed = _register(parties)
            answers = {form: _match(form, listed) for form in rows["form"].unique()}
            found.iloc[rows.index.to_numpy()] = [answers[form] for form in rows["form"]]
    return found


def _prepared(parties: pd.DataFrame) -> pd.DataFrame:
    country = parties["country"].astype("str").fillna("").str.strip().str.upper()
    prepared = pd.DataFrame({"name": normalise_name(parties["name"]), "country": country})
    return prepared.reset_index(drop=True)


def _register(parties: pd.DataFrame) -> Register:
    unique = parties.drop_duplicates(["party_id", "name"]).sort_values(["name", "party_id"])
    names = unique["name"].to_list()
    columns = {gram: number for number, gram in enumerate(sorted({gram for name in names for gram in _grams(name)}))}
    used = Counter(word for name in names for word in set(name.split()))
    return Register(
        identifiers=unique["party_id"].to_list(),
        names=names,
        columns=columns,
        grams=_gram_matrix(names, columns),
        shared_words=frozenset(word for word, times in used.items() if times > 1),
    )


def _match(name: str, register: Register) -> str | None:
    """Return the identifier of the one closest party, None if there is none or more than one."""
    errors: dict[str, int] = {}
    for row in _closest(name, register):
        count = _errors(name, register.names[row], register.shared_words)
        if count is not None:
            party = register.identifiers[row]
            errors[party] = min(count, errors.get(party, count))
    best = [party for party, count in errors.items() if count == min(errors.values())]
    return best[0] if len(best) == 1 else None


def _closest(name: str, register: Register) -> list[int]:
    """Return the rows of the register that share most letter groups with the name, closest first."""
    grams = _gram_matrix([name], register.columns)
    shared = (register.grams @ grams.T).toarray().ravel()
    sizes = np.diff(register.grams.indptr) + len(_grams(name))
    share = 2 * shared / sizes
    order = np.argsort(-share, kind="stable")[:LOOKED_AT]
    return [int(row) for row in order if share[row] >= SHARED_AT_LEAST]


def _errors(name: str, candidate: str, shared_words: frozenset[str]) -> int | None:
    """Return how many typing errors make the name of the candidate, None if it cannot be meant."""
    words, meant = name.split(), candidate.split()
    if sorted(words) == sorted(meant):
        return 0
    digits = [word for word in words if any(map(str.isdigit, word))]
    if digits != [word for word in meant if any(map(str.isdigit, word))] or (set(words) - set(meant)) & shared_words:
        return None
    allowed = next((errors for length, errors in ERRORS_ALLOWED if len(candidate) < length), MOST_ERRORS)
    in_order = edit_distance(name, candidate, limit=allowed)
    count = min(in_order, edit_distance(" ".join(sorted(words)), " ".join(sorted(meant)), limit=allowed))
    return count if count <= allowed else None


def _grams(name: str) -> set[str]:
    padded = f" {name} "
    return {padded[start : start + GRAM] for start in range(len(padded) - GRAM + 1)}


def _gram_matrix(names: list[str], columns: dict[str, int]) -> csr_array:
    """Return which of the letter groups in `columns` each name has, shape (names, groups)."""
    rows = [[columns[gram] for gram in _grams(name) if gram in columns] for name in names]
    ends = np.cumsum([0, *map(len, rows)])
    held = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=ends[-1])
    return csr_array((np.ones(len(held), dtype=np.int32), held, ends), shape=(len(names), len(columns)))

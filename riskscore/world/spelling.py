"""How the same name comes out when somebody else writes it down."""

import unicodedata
from collections.abc import Callable

import numpy as np

TYPO_SHARE = 0.08
LEGAL_FORMS = (
    ("Co., Ltd.", "Co Ltd", "COMPANY LIMITED"),
    ("S.A.", "SA", "Sociedad Anónima"),
    ("Ltda.", "LTDA", "Limitada"),
    ("S.A.S.", "SAS"),
    ("S.L.", "SL", "S. L."),
    ("B.V.", "BV", "B. V."),
    ("N.V.", "NV"),
    ("GmbH", "G.m.b.H.", "GMBH"),
    ("Limited", "Ltd.", "LTD"),
    ("A.Ş.", "AS", "A.S."),
    ("SARL", "S.A.R.L."),
    ("Inc.", "INC", "Incorporated"),
    ("LLC", "L.L.C."),
)
"""Ways to write one legal form; the first is the usual one."""


def respell(name: str, rng: np.random.Generator) -> str:
    """Return a name as another authority might write it: case, accents, legal form, now and then a typo."""
    for change, share in CHANGES.items():
        if rng.random() < share:
            name = change(name, rng)
    return name


def _upper(name: str, _rng: np.random.Generator) -> str:
    return name.upper()


def _plain(name: str, _rng: np.random.Generator) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))


def _other_legal_form(name: str, rng: np.random.Generator) -> str:
    for forms in LEGAL_FORMS:
        if name.endswith(" " + forms[0]):
            stem = name[: -len(forms[0]) - 1]
            comma = "," if rng.random() < 0.3 else ""
            return f"{stem}{comma} {rng.choice(forms[1:])}"
    return name


def _no_legal_form(name: str, _rng: np.random.Generator) -> str:
    for forms in LEGAL_FORMS:
        if name.endswith(" " + forms[0]):
            return name[: -len(forms[0]) - 1]
    return name


def _spaced(name: str, _rng: np.random.Generator) -> str:
    return name.replace(" ", "  ", 1)


def _typo(name: str, rng: np.random.Generator) -> str:
    """Swap two neighbours, drop one sign or double it."""
    at = int(rng.integers(1, max(2, len(name) - 2)))
    swapped = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
    return str(rng.choice([swapped, name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:]]))


CHANGES: dict[Callable[[str, np.random.Generator], str], float] = {
    _other_legal_form: 0.35,
    _no_legal_form: 0.12,
    _plain: 0.45,
    _upper: 0.6,
    _spaced: 0.05,
    _typo: TYPO_SHARE,
}

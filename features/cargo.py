"""What is said to be inside: weight, value and words, against what is usual for the goods."""

import numpy as np
import pandas as pd

from riskscore.grain import family, row_feature
from riskscore.measures import Mean

VAGUE = (
    "general|various|assorted|misc|miscellaneous|mixed|consolidated|sundry|other|goods|cargo|merchandise|items|articles"
    "|products|effects|samples|parts|said to contain|stc|fak|freight (?:of )?all kinds"
)
"""Words that fit any goods; `brake parts` says something, `parts` alone does not."""
FILLING = "and|of|as per|per|to|invoice|packing list|net|on pallets|pallets|cartons|packages|pieces|pcs|ctns|[0-9]+"
"""Words that say nothing about the goods, beside which a vague text stays vague."""
ONLY_VAGUE = rf"\W*(?:(?:{FILLING})\W+)*(?:{VAGUE})(?:\W+(?:{VAGUE}|{FILLING}))*\W*"


@row_feature
def weight_per_package_kg(rows: pd.DataFrame) -> pd.Series:
    """Average declared weight of one package, in kg."""
    return rows["gross_weight_kg"] / rows["package_count"].where(rows["package_count"] > 0)


@row_feature
def value_per_kg_usd(rows: pd.DataFrame) -> pd.Series:
    """Declared value per kg, in US dollars."""
    return rows["value_usd"] / rows["gross_weight_kg"].where(rows["gross_weight_kg"] > 0)


@row_feature
def unit_value_against_hs6(rows: pd.DataFrame) -> pd.Series:
    """How far the value per kg lies from what is usual for the HS code (natural logarithm; 0 is usual)."""
    return _log(value_per_kg_usd.function(rows)) - rows["hs6_unit_value_logarithm_mean_365d"]


@row_feature
def package_weight_against_hs6(rows: pd.DataFrame) -> pd.Series:
    """How far the weight of a package lies from what is usual for the HS code (natural logarithm; 0 is usual)."""
    return _log(weight_per_package_kg.function(rows)) - rows["hs6_package_weight_logarithm_mean_365d"]


@row_feature
def gross_weight_against_consignee(rows: pd.DataFrame) -> pd.Series:
    """Declared weight over the mean weight of this consignee's consignments."""
    return rows["gross_weight_kg"] / rows["consignee_gross_weight_kg_mean_365d"].where(lambda mean: mean > 0)


@row_feature
def gross_weight_kg(rows: pd.DataFrame) -> pd.Series:
    """Declared gross weight of everything in the container, in kg."""
    return rows["gross_weight_kg"]


@row_feature
def is_goods_text_vague(rows: pd.DataFrame) -> pd.Series:
    """Whether the goods are described only in words that fit anything."""
    text = rows["goods_description"]
    return text.str.fullmatch(ONLY_VAGUE, case=False).astype("float64").where(text.notna())


@row_feature
def goods_text_word_count(rows: pd.DataFrame) -> pd.Series:
    """Number of words in the description of the goods."""
    return rows["goods_description"].str.count(r"\w+")


@row_feature
def is_value_undeclared(rows: pd.DataFrame) -> pd.Series:
    """Whether the value of anything inside was left undeclared."""
    return rows["value_usd"].isna()


@row_feature
def is_freight_collect(rows: pd.DataFrame) -> pd.Series:
    """Whether the consignee pays the freight on arrival."""
    terms = rows["freight_terms"]
    return (terms.str.lower() == "collect").astype("float64").where(terms.notna())


@row_feature
def consignment_count(rows: pd.DataFrame) -> pd.Series:
    """Number of consignments in the container."""
    return rows["consignment_count"]


def _log(ratio: pd.Series) -> pd.Series:
    return pd.Series(np.log(ratio.where(ratio > 0).to_numpy(dtype=np.float64)), ratio.index)


FAMILY = family(
    Mean("hs6", "consignments", "unit_value_logarithm", scale=1_000_000),
    Mean("hs6", "consignments", "package_weight_logarithm", scale=1_000_000),
    weight_per_package_kg,
    value_per_kg_usd,
    unit_value_against_hs6,
    package_weight_against_hs6,
    gross_weight_against_consignee,
    gross_weight_kg,
    is_goods_text_vague,
    goods_text_word_count,
    is_value_undeclared,
    is_freight_collect,
    consignment_count,
)

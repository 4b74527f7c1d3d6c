"""Korean import declarations, the published KCS data set without its labels: CSV, UTF-8, comma."""

from pathlib import Path

from riskscore.sources.delimited import read_delimited
from riskscore.sources.layout import Layout
from riskscore.sources.parsed import Parsed

LAYOUT = Layout(
    feed="kcs_declarations",
    used={
        "Declaration ID": "declaration_id",
        "Date": "declared_on",
        "Office ID": "office_id",
        "Process Type": "process_type",
        "Import Type": "import_type",
        "Import Use": "import_use",
        "Payment Type": "payment_type",
        "Mode of Transport": "transport_mode",
        "Declarant ID": "declarant_id",
        "Importer ID": "importer_id",
        "Seller ID": "seller_id",
        "Courier ID": "courier_id",
        "HS6 Code": "hs6",
        "Country of Departure": "departure_country",
        "Country of Origin": "origin_country",
        "Tax Rate": "tax_rate",
        "Tax Type": "tax_type",
        "Country of Origin Indicator": "origin_indicator",
        "Net Mass": "net_mass_kg",
        "Item Price": "item_price_krw",
    },
)


def parse(path: Path) -> Parsed:
    """Read one file of declarations; a file that still carries its labels is refused, for they are not known yet."""
    return read_delimited(path, LAYOUT)

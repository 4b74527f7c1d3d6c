"""An invented miniature of the published KCS files: same columns, a few days, a few dozen rows a day."""

import random
from datetime import date

import pandas as pd

LEARNED = [date(2020, 11, 30), date(2020, 12, 1), date(2020, 12, 15), date(2020, 12, 31)]
CHOSEN_ON = [date(2021, 1, 1), date(2021, 3, 31)]
HELD_OUT = [date(2021, 4, 1), date(2021, 6, 30)]
A_DAY = 24


def goods(chance):
    """What the generator of the real files repeats: goods, route, tax, mass, price, and with them the label."""
    return {
        "HS6 Code": chance.choice(["080390", "081190", "870323", "440890"]),
        "Country of Departure": chance.choice(["US", "EC"]),
        "Country of Origin": chance.choice(["US", "NA"]),
        "Tax Rate": chance.choice(["0.0", "8.0", "6.5"]),
        "Tax Type": chance.choice(["A", "FEU1"]),
        "Net Mass": chance.choice(["0.0", "10.0", "52.5"]),
        "Item Price": f"{chance.uniform(100, 90000):.2f}",
        "level": chance.choice([0, 0, 1, 2]),
    }


def miniature(days, seed=1, first=10_000_000):
    """Rows as published, as text; two in three are copies of a few dozen goods, and carry their label."""
    chance = random.Random(seed)
    copied = [goods(random.Random(f"goods {number}")) for number in range(30)]
    rows = []
    for day in days:
        for _ in range(A_DAY):
            row = dict(chance.choice(copied) if chance.random() < 2 / 3 else goods(chance))
            level = row.pop("level")
            rows.append(
                {
                    "Declaration ID": str(first + len(rows)),
                    "Date": day.isoformat(),
                    "Office ID": chance.choice(["30", "40"]),
                    "Process Type": "B",
                    "Import Type": "11",
                    "Import Use": "21",
                    "Payment Type": "11",
                    "Mode of Transport": "10",
                    "Declarant ID": "DECLAR1",
                    "Importer ID": chance.choice(["IMPORT1", "IMPORT2", "IMPORT3"]),
                    "Seller ID": chance.choice(["SELLER1", ""]),
                    "Courier ID": "",
                    **row,
                    "Country of Origin Indicator": "G",
                    "Fraud": str(int(level > 0)),
                    "Critical Fraud": str(level),
                }
            )
    order = [*rows[0]]
    until_tax = order[: order.index("Tax Type") + 1]
    last = ["Country of Origin Indicator", "Net Mass", "Item Price", "Fraud", "Critical Fraud"]
    return pd.DataFrame(rows, dtype="str")[[*until_tax, *last]]


def publish(folder, **parts):
    """Write each part as a CSV of that name; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in parts.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    return folder


def splits():
    """The three published splits in miniature, by their names."""
    return {
        "train": miniature(LEARNED, 1),
        "valid": miniature(CHOSEN_ON, 2, 20_000_000),
        "test": miniature(HELD_OUT, 3, 30_000_000),
    }

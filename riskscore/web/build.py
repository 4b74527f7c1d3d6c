"""Build the shipped map of land: `python -m riskscore.web.build SOURCE_DIR`."""

import argparse
import json
from pathlib import Path

from shapely import Polygon
from shapely.geometry import mapping, shape

TARGET = Path(__file__).parent / "static" / "land.json"
TOLERANCE_DEGREES = 0.1
"""About 11 km: finer than a screen shows where a whole voyage is in view."""
SMALLEST_SQUARE_DEGREES = 0.1
"""Islands and lakes smaller than this are left out."""


def simplified(source: Path) -> list[Polygon]:
    """Return Natural Earth's land at 1:50 million, largest first, with fewer points and without small islands."""
    features = json.loads((source / "land" / "land-50m.geojson").read_text(encoding="utf-8"))["features"]
    shapes = [shape(feature["geometry"]) for feature in features]
    pieces = [piece for one in shapes for piece in getattr(one, "geoms", [one])]
    large = sorted((piece for piece in pieces if piece.area > SMALLEST_SQUARE_DEGREES), key=lambda p: -p.area)
    return [_without_small_lakes(piece.simplify(TOLERANCE_DEGREES)) for piece in large]


def as_geojson(pieces: list[Polygon]) -> str:
    """Return one GeoJSON geometry, coordinates rounded to hundredths of a degree."""
    outlines = [[_rounded(ring) for ring in mapping(piece)["coordinates"]] for piece in pieces]
    return json.dumps({"type": "MultiPolygon", "coordinates": outlines}, separators=(",", ":"))


def _without_small_lakes(piece: Polygon) -> Polygon:
    return Polygon(piece.exterior, [ring for ring in piece.interiors if Polygon(ring).area > SMALLEST_SQUARE_DEGREES])


def _rounded(ring: list[tuple[float, float]]) -> list[list[float]]:
    return [[round(longitude, 2), round(latitude, 2)] for longitude, latitude in ring]


def main() -> None:
    """Build the map from the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with land/")
    TARGET.write_text(as_geojson(simplified(parser.parse_args().source)), encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()

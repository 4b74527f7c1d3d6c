"""Build the shipped map of land: `python -m riskscore.web.build SOURCE_DIR`."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from shapely import Polygon, box
from shapely.affinity import translate
from shapely.geometry import mapping, shape

TARGET = Path(__file__).parent / "static" / "land.json"
TOLERANCE_DEGREES = 0.1
"""About 11 km: finer than a screen shows where a whole voyage is in view."""
SMALLEST_SQUARE_DEGREES = 0.1
"""Islands and lakes smaller than this are left out."""

SHEET = box(-180, -90, 180, 90)


def simplified(source: Path) -> list[Polygon]:
    """Return Natural Earth's land at 1:50 million, largest first, with fewer points and without small islands."""
    features = json.loads((source / "land" / "land-50m.geojson").read_text(encoding="utf-8"))["features"]
    shapes = [shape(feature["geometry"]) for feature in features]
    pieces = [part for one in shapes for piece in getattr(one, "geoms", [one]) for part in _cut_at_date_line(piece)]
    large = sorted((piece for piece in pieces if piece.area > SMALLEST_SQUARE_DEGREES), key=lambda p: -p.area)
    return [_without_small_lakes(piece.simplify(TOLERANCE_DEGREES)) for piece in large]


def as_geojson(pieces: list[Polygon]) -> str:
    """Return one GeoJSON geometry, coordinates rounded to hundredths of a degree."""
    outlines = [[_rounded(ring) for ring in mapping(piece)["coordinates"]] for piece in pieces]
    return json.dumps({"type": "MultiPolygon", "coordinates": outlines}, separators=(",", ":"))


def _cut_at_date_line(piece: Polygon) -> list[Polygon]:
    """Return what lies on the one sheet from 180 W to 180 E; the source's outlines jump from one side to the other."""
    unwrapped = Polygon(_unwrapped(piece.exterior.coords), [_unwrapped(ring.coords) for ring in piece.interiors])
    whole = unwrapped if unwrapped.is_valid else unwrapped.buffer(0)
    sheets = [translate(whole, turn).intersection(SHEET) for turn in (0, -360, 360)]
    parts = [part for sheet in sheets for part in getattr(sheet, "geoms", [sheet])]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _unwrapped(ring: Iterable[tuple[float, ...]]) -> npt.NDArray[np.float64]:
    points = np.array(list(ring))
    return np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]])


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

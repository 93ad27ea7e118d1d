"""Where a report happened: from the best thing it says, with how sure that is, in WGS-84."""

from dataclasses import dataclass

from contracts.geo import Datum, GeoPoint, Place, Position, PositionQuality
from ingest.datum import to_wgs84
from ingest.feeds.context import FeedContext, SourceContext, Spot
from ingest.feeds.reading import Fields

DATUM_HINT = "WGS-84, CGCS2000, GCJ-02 or BD-09"
SWAPPED = "纬度经度似乎颠倒: latitude and longitude seem to be swapped"
_MOST_ACCURACY_M = 50_000.0
_DATUMS = {"".join(sign for sign in datum.value.lower() if sign.isalnum()): datum for datum in Datum}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place and everything about it that fusion and the wall use."""

    place: Place
    district: str
    grid_code: str | None
    name: str = ""
    """the map's own name of the place; never the sender's words"""


@dataclass(frozen=True, slots=True)
class Sigma:
    """How a source's accuracy becomes one standard deviation per axis, metres: max(floor, accuracy / divisor)."""

    unstated_m: float
    """accuracy assumed when none is said"""
    floor_m: float
    divisor: float

    def of(self, accuracy_m: float | None) -> float:
        """Sigma for a stated accuracy (radius in metres), or for none."""
        return max(self.floor_m, (accuracy_m or self.unstated_m) / self.divisor)


def read_position(
    fields: Fields, context: FeedContext, *, datum: Datum | None = None, lat: str = "lat", lon: str = "lon"
) -> Position | None:
    """The position among `fields`, checked against the county; None when there is none or it is wrong (noted).

    `datum` stands in where the record's form has no member for it.
    """
    here_lat, here_lon = fields.number(lat, required=True), fields.number(lon, required=True)
    said = _datum(fields, datum)
    accuracy = fields.number("accuracy_m")
    if accuracy is not None and not 0 < accuracy <= _MOST_ACCURACY_M:
        fields.doubt("accuracy_m", "not between 0 and 50,000 metres; left out")
        accuracy = None
    if here_lat is None or here_lon is None or said is None:
        return None
    if not (-90 <= here_lat <= 90 and -180 <= here_lon <= 180):
        swapped = -90 <= here_lon <= 90 and -180 <= here_lat <= 180
        fields.wrong(lat, SWAPPED if swapped else "not degrees", "latitude first, −90…90; longitude −180…180")
        return None
    position = Position(lat=here_lat, lon=here_lon, datum=said, accuracy_m=accuracy)
    fault = _outside(position, context.bounds)
    if fault:
        fields.wrong(lat, *fault)
        return None
    return position


def settle(
    context: FeedContext, *, position: Position | None, sigma: Sigma, landmark: Spot | None, grid: Spot | None,
    address: str,
) -> tuple[Whereabouts, bool]:  # fmt: skip
    """The whereabouts by the first that is known of landmark, position, address, grid; else the county's middle.

    The second value is False when nothing was known.
    """
    gazetteer = context.gazetteer
    spot = landmark
    if spot is None and position is not None:
        spot = Spot(to_wgs84(position), sigma.of(position.accuracy_m), PositionQuality.EXACT)
    if spot is None and address:
        spot = gazetteer.place(address)
    spot = spot or grid
    known = spot is not None
    spot = spot or gazetteer.centre()
    grid_code, district = gazetteer.around(spot.point)
    place = Place(
        lat=spot.point.lat, lon=spot.point.lon, sigma_m=spot.sigma_m, polygon=spot.polygon, quality=spot.quality
    )
    cell = gazetteer.grid(grid_code) if known and grid_code else None
    name = spot.name or (cell.name if cell else "")
    return Whereabouts(place, district, grid_code if known else None, name), known


def datum_or_hint(fields: Fields, name: str, source: SourceContext) -> Datum | None:
    """The datum that the settings give a source whose records carry none; its absence is noted at `name`."""
    if source.datum is None:
        hint = f'set HUB_FEEDS__DATUM=\'{{"{source.origin}": "GCJ-02"}}\' ({DATUM_HINT}) and send it again'
        fields.wrong(name, "a position without a datum, and none is set for this source", hint)
    return source.datum


def _datum(fields: Fields, standing_in: Datum | None) -> Datum | None:
    if standing_in is not None:
        return standing_in
    said = fields.identifier("datum")
    if not said:
        if not fields.has("datum"):
            fields.wrong("datum", "missing", DATUM_HINT)
        return None
    datum = _DATUMS.get("".join(sign for sign in said.lower() if sign.isalnum()))
    if datum is None:
        fields.wrong("datum", "unknown", DATUM_HINT)
    return datum


def _outside(position: Position, bounds: tuple[float, float, float, float] | None) -> tuple[str, str] | None:
    """What to say of a position outside the county, or None when it is inside (or no bounds are set)."""
    if bounds is None:
        return None
    here = to_wgs84(position)
    if _within(here, bounds):
        return None
    hint = "the county lies between latitude {0}…{2} and longitude {1}…{3} (WGS-84)".format(*bounds)
    if abs(position.lon) <= 90 and _within(GeoPoint(lat=position.lon, lon=position.lat), bounds, slack=0.02):
        return SWAPPED, hint
    return f"{here.lat:.5f}, {here.lon:.5f} lies outside the county", hint


def _within(point: GeoPoint, bounds: tuple[float, float, float, float], slack: float = 0.0) -> bool:
    south, west, north, east = bounds
    return south - slack <= point.lat <= north + slack and west - slack <= point.lon <= east + slack

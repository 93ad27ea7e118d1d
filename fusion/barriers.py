"""Rivers, railways and elevated roads: near on the map, far on the ground (`fusion.md` §3.1)."""

from pydantic import Field

from contracts.contract import StrictContract

Corner = tuple[float, float]
"""(lat, lon), WGS-84"""


class Barrier(StrictContract):
    """One thing that people do not cross except at its ends."""

    name: str
    """as people know it, for the explanation"""
    corners: tuple[Corner, ...] = Field(min_length=2)
    """a line, or the outline of an area when the last corner is the first"""

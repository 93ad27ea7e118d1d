"""Whether the joins that the machine calls certain are right, and how much they find."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from hub.bench.fusion_set.partition import Partition

CERTAIN = 0.9
CALL = "police_110"


class Certain(NamedTuple):
    """The joins of p ≥ .9 alone; a call beside a call is left out, for it always waits for a person."""

    precision: float
    """of the pairs that they make"""
    share: float
    """of the true pairs that they cover"""


def certain_joins(
    found: Partition, p_of: Mapping[str, float], true: Partition, source_of: Mapping[str, str]
) -> Certain:
    """`p_of`: with what probability each signal is in its cluster; founders 1."""
    sure = {name: cluster for name, cluster in found.items() if name in true and p_of[name] >= CERTAIN}
    right = _pairs_but_calls({name: (cluster, true[name]) for name, cluster in sure.items()}, source_of)
    made = _pairs_but_calls(sure, source_of)
    there = _pairs_but_calls(true, source_of)
    return Certain(right / made if made else 1.0, right / there if there else 1.0)


def _pairs_but_calls(clusters: Partition, source_of: Mapping[str, str]) -> int:
    sizes: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for name, cluster in clusters.items():
        sizes[cluster][0] += 1
        sizes[cluster][1] += source_of[name] == CALL
    return sum((n * (n - 1) - calls * (calls - 1)) // 2 for n, calls in sizes.values())

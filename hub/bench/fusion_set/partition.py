"""How like two partitions of the same signals are: the one that was found, and the true one. Pure counting.

Sources: pairwise precision and recall as in record linkage; B-cubed after Bagga and Baldwin 1998; the adjusted Rand
index after Hubert and Arabie 1985. Nothing here walks over pairs: all of it is sums over the contingency table.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from typing import NamedTuple

Partition = Mapping[str, Hashable]
"""signal id → name of its cluster"""


class Likeness(NamedTuple):
    """All in [0, 1] but `ari`, which is 0 for a partition by chance and may be negative."""

    pair_precision: float
    pair_recall: float
    pair_f1: float
    bcubed_f1: float
    cross_precision: float
    cross_recall: float
    cross_f1: float
    """over pairs of signals of two different sources"""
    ari: float
    split_rate: float
    """share of true clusters that lie in more than one found cluster"""
    merge_rate: float
    """share of found clusters that hold more than one true cluster"""
    reduction: float
    """1 − clusters found / signals"""


def likeness(found: Partition, true: Partition, source_of: Mapping[str, str]) -> Likeness:
    """Compare over the signals of `true`; each must be in `found` and `source_of`.

    Raises:
        KeyError: a signal of `true` is in no found cluster.
    """
    cells: Counter[tuple[Hashable, Hashable]] = Counter((found[name], cluster) for name, cluster in true.items())
    founds: Counter[Hashable] = Counter(found[name] for name in true)
    trues: Counter[Hashable] = Counter(true.values())
    precision, recall, f1 = _of_pairs(_pairs(cells), _pairs(founds), _pairs(trues))
    cross = _of_pairs(
        _cross_pairs({name: (found[name], true[name]) for name in true}, source_of),
        _cross_pairs({name: found[name] for name in true}, source_of),
        _cross_pairs(true, source_of),
    )
    return Likeness(
        precision, recall, f1, _bcubed(cells, founds, trues), *cross, _ari(cells, founds, trues),
        _torn(cells, of=1, among=len(trues)), _torn(cells, of=0, among=len(founds)),
        1.0 - len(founds) / len(true) if true else 0.0,
    )  # fmt: skip


def _of_pairs(both: int, found: int, true: int) -> tuple[float, float, float]:
    """Precision, recall and F1; where there was nothing to find and nothing was found, all of it is right."""
    precision = both / found if found else 1.0
    recall = both / true if true else 1.0
    return precision, recall, _f1(precision, recall)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _pairs(counts: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _cross_pairs(clusters: Partition, source_of: Mapping[str, str]) -> int:
    by_source: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for name, cluster in clusters.items():
        by_source[cluster][source_of[name]] += 1
    return sum((sum(counts.values()) ** 2 - sum(n * n for n in counts.values())) // 2 for counts in by_source.values())


def _bcubed(cells: Counter[tuple[Hashable, Hashable]], founds: Counter[Hashable], trues: Counter[Hashable]) -> float:
    whole = sum(founds.values())
    if not whole:
        return 1.0
    precision = sum(n * n / founds[found] for (found, _), n in cells.items()) / whole
    recall = sum(n * n / trues[true] for (_, true), n in cells.items()) / whole
    return _f1(precision, recall)


def _ari(cells: Counter[tuple[Hashable, Hashable]], founds: Counter[Hashable], trues: Counter[Hashable]) -> float:
    whole = sum(founds.values())
    both, found, true, every = _pairs(cells), _pairs(founds), _pairs(trues), whole * (whole - 1) // 2
    if not every:
        return 1.0
    by_chance, most = found * true / every, (found + true) / 2
    return (both - by_chance) / (most - by_chance) if most != by_chance else 1.0


def _torn(cells: Counter[tuple[Hashable, Hashable]], *, of: int, among: int) -> float:
    pieces = Counter(cell[of] for cell in cells)
    return sum(1 for n in pieces.values() if n > 1) / among if among else 0.0

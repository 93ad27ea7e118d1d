"""The peer of `hub bench fusion` that learns: gradient boosting on pairs of signals, then average linkage.

`python peer_boosting.py IN.json OUT.json`, in an environment of its own. In: `{"train": [day], "test": [day],
"weights": {"kind|kind": compatibility}}`, a day being columns of equal length: t (s), x, y, sigma (m), kind, source,
camera, words, truth. Out: per threshold of the linkage, per test day the labels. Nothing of the hub is imported here.
"""

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

PAIR_M, PAIR_S = 600.0, 8 * 3600.0
EVERY = 4
LINKS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
FAINT = 0.05
"""pairs below it are taken for surely apart, so that average linkage can go component by component"""
SOURCES = ("camera", "police_110", "grid")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Pairs(NamedTuple):
    """The pairs of a day within the gate."""

    ends: Ints
    features: Floats
    same: npt.NDArray[np.bool_]


def main() -> None:
    """Train on the training days, then cut each test day's tree at every threshold."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    parts = [thinned(pairs_of(day, given["weights"])) for day in given["train"]]
    model = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.1, max_leaf_nodes=63, l2_regularization=1.0, categorical_features=[9, 10, 11],
        early_stopping=True, random_state=7,
    )  # fmt: skip
    same = np.concatenate([part.same for part in parts])
    model.fit(np.concatenate([part.features for part in parts]), same, np.where(same, 1.0, EVERY))
    tried: dict[str, list[list[int]]] = {f"linkage {link:g}": [] for link in LINKS}
    for day in given["test"]:
        pairs = pairs_of(day, given["weights"])
        p = model.predict_proba(pairs.features)[:, 1]
        for labels, found in zip(tried.values(), average_linkage(len(day["t"]), pairs.ends, p), strict=True):
            labels.append(found)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(tried, file)


def pairs_of(day: dict[str, Any], weights: dict[str, float]) -> Pairs:
    """All pairs within the gate whose kinds may be one happening."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped, unused-ignore]

    t, x, y, sigma = (np.array(day[name], dtype=float) for name in ("t", "x", "y", "sigma"))
    pairs = cKDTree(np.column_stack([x, y])).query_pairs(PAIR_M, output_type="ndarray")
    pairs = pairs[np.abs(t[pairs[:, 0]] - t[pairs[:, 1]]) <= PAIR_S]
    kind, table = kinds_of(day["kind"], weights)
    pairs = pairs[table[kind[pairs[:, 0]], kind[pairs[:, 1]]] > 0]
    a, b = pairs[:, 0], pairs[:, 1]
    rank = np.array([SOURCES.index(source) for source in day["source"]])
    # The same pair always looks the same way round: by source, then by time.
    swap = (rank[a] > rank[b]) | ((rank[a] == rank[b]) & (t[a] > t[b]))
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    metres = np.hypot(x[a] - x[b], y[a] - y[b])
    spread = np.sqrt(sigma[a] ** 2 + sigma[b] ** 2 + 15.0**2)
    cameras, truth = np.array(day["camera"]), np.array(day["truth"])
    shared, rare = shared_words(day["words"], a, b)
    features = np.column_stack([
        metres, metres / spread, spread, t[b] - t[a], np.abs(t[b] - t[a]), table[kind[a], kind[b]],
        (cameras[a] == cameras[b]) & (cameras[a] != ""), shared, rare, rank[a] * 3 + rank[b], kind[a], kind[b],
        np.minimum(sigma[a], sigma[b]), np.maximum(sigma[a], sigma[b]),
    ])  # fmt: skip
    return Pairs(np.column_stack([a, b]), features, truth[a] == truth[b])


def thinned(pairs: Pairs) -> Pairs:
    """All pairs of the same happening, and every fourth of the others, which count four times."""
    kept = pairs.same | (np.arange(len(pairs.same)) % EVERY == 0)
    return Pairs(pairs.ends[kept], pairs.features[kept], pairs.same[kept])


def kinds_of(kinds: list[str], weights: dict[str, float]) -> tuple[Ints, Floats]:
    """The kinds by number, and the table of how well two numbers fit."""
    names = sorted({part for pair in weights for part in pair.split("|")} | set(kinds))
    number = {kind: index for index, kind in enumerate(names)}
    table = np.array([[weights.get(f"{one}|{two}", 0.0) for two in names] for one in names])
    return np.array([number[one] for one in kinds], dtype=np.int64), table


def shared_words(words: list[list[str]], a: Ints, b: Ints) -> tuple[Floats, Floats]:
    """Per pair how many words both use, and how rare those are."""
    from scipy.sparse import csr_matrix

    used = Counter(word for one in words for word in one)
    column = {word: number for number, word in enumerate(used)}
    rows = [row for row, one in enumerate(words) for _ in one]
    columns = [column[word] for one in words for word in one]
    uses = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), max(1, len(used))))
    rarity = np.array([math.log(len(words) / count) for count in used.values()] or [0.0])
    both = uses[a].multiply(uses[b]).tocsr()
    return np.asarray(both.sum(axis=1)).ravel(), np.asarray(both @ rarity).ravel()


def average_linkage(count: int, ends: Ints, p: Floats) -> Iterator[list[int]]:
    """For each threshold of `LINKS`, labels; a pair that is not named is apart."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    labels = [list(range(count)) for _ in LINKS]
    for inside, apart in components(count, ends[p >= FAINT], p[p >= FAINT]):
        tree = linkage(squareform(apart, checks=False), method="average")
        for link, into in zip(LINKS, labels, strict=True):
            first: dict[int, int] = {}
            cut = fcluster(tree, t=1.0 - link, criterion="distance").tolist()
            for index, group in zip(inside, cut, strict=True):
                into[index] = first.setdefault(group, index)
    yield from labels


def components(count: int, ends: Ints, p: Floats) -> Iterator[tuple[list[int], Floats]]:
    """What hangs together at all: its members, and how far apart each two of them are."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    members: dict[int, list[int]] = defaultdict(list)
    for index, name in enumerate(component.tolist()):
        members[name].append(index)
    rows: dict[int, list[int]] = defaultdict(list)
    for row, name in enumerate(component[ends[:, 0]].tolist()):
        rows[name].append(row)
    for name, of_it in rows.items():
        place = {index: position for position, index in enumerate(members[name])}
        apart = np.ones((len(place), len(place)))
        for row in of_it:
            one, two = place[int(ends[row, 0])], place[int(ends[row, 1])]
            apart[one, two] = apart[two, one] = 1.0 - p[row]
        np.fill_diagonal(apart, 0.0)
        yield members[name], apart


if __name__ == "__main__":
    main()

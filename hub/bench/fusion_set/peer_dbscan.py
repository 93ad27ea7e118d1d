"""The peer ST-DBSCAN of `hub bench fusion`, in an environment of its own: PyPI's st-dbscan, every setting of a grid.

`python peer_dbscan.py IN.json OUT.json`. In: `{"test": [day]}`, a day being columns of equal length: t (s), x, y (m),
kind. Out: setting → per day the labels. Nothing of the hub is imported here.
"""

import itertools
import json
import sys
import warnings
from typing import Any

import numpy as np

EPS_M = (40.0, 70.0, 110.0, 160.0, 240.0)
EPS_S = (600.0, 1800.0, 3600.0, 7200.0, 14400.0)
LEAST = (1, 2)


def main() -> None:
    """Every setting on every day. It knows no kinds, so each kind is given to it by itself; noise stands alone."""
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    tried = {}
    for eps_m, eps_s, least in itertools.product(EPS_M, EPS_S, LEAST):
        setting = f"{eps_m:g} m, {eps_s / 60:g} min, at least {least}"
        tried[setting] = [labels_of(day, eps_m, eps_s, least) for day in given["test"]]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(tried, file)


def labels_of(day: dict[str, Any], eps_m: float, eps_s: float, least: int) -> list[int]:
    """Per signal of a day the index of its cluster's first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from st_dbscan import ST_DBSCAN  # type: ignore[import-not-found]
    labels = np.arange(len(day["t"]), dtype=np.int64)
    kinds = np.array(day["kind"])
    columns = np.column_stack([np.array(day[name], dtype=float) for name in ("t", "x", "y")])
    for kind in sorted(set(day["kind"])):
        rows = np.flatnonzero(kinds == kind)
        if len(rows) < 2:
            continue
        found = ST_DBSCAN(eps1=eps_m, eps2=eps_s, min_samples=least, n_jobs=1).fit(columns[rows]).labels
        for label in set(found.tolist()) - {-1}:
            members = rows[found == label]
            labels[members] = members[0]
    return [int(label) for label in labels]


if __name__ == "__main__":
    main()

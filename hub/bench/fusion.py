"""`hub bench fusion`: is it the same incident? Our model cold, fitted and after few labels, against what others do.

Five invented cities that nothing was tuned on, the fifth day of each judged. The peers and the simple groupings are
tuned on that very day, to be generous. `--quick` takes one city of a third of the size and two scenarios: a look, not
a figure.
"""

import asyncio
import statistics
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from contracts.errors import ConfigurationError
from hub.bench import progress
from hub.bench.fusion_set import cities, running, trials
from hub.bench.fusion_set.verdict import verdict
from hub.bench.peer_environment import python_of
from hub.simulate.city.presets import PRESETS

PEERS_NEED = ("scikit-learn==1.9.1", "setuptools<81", "wheel", "pyscaffold>=3.2,<3.3")
BUILT_HERE = ("st-dbscan==0.2.3",)
"""comes as source only, wants the build tools of its time, and asks git for its version, which it has not"""
BUILT_WITH = {"SETUPTOOLS_SCM_PRETEND_VERSION": "0.2.3"}
SCENARIO_SEEDS = 1
QUICK_SCENARIOS = ("noise-2", "geocoded")
SIDES = ("cold", "fitted", "few", "simple", "boosting")
PROCESSES = 2

Figures = dict[str, Any]


async def measure(
    *, seeds: Sequence[int] = cities.TEST_SEEDS, scenarios: Sequence[str] = (), quick: bool = False
) -> dict[str, Any]:
    """`ours`, `peers`, `scenarios`, `ratios`, `guards`, `met`.

    Raises:
        ConfigurationError: no such scenario, or uv is missing; AssetMissing: the package index cannot be reached.
    """
    names = tuple(scenarios) or tuple(name for name in PRESETS if name not in ("base", "shards-4"))
    if unknown := sorted(set(names) - set(PRESETS)):
        raise ConfigurationError(f"no scenario {unknown[0]!r}", where="hub bench fusion", hint=", ".join(PRESETS))
    if quick:
        seeds, names = tuple(seeds)[:1], tuple(scenarios) or QUICK_SCENARIOS
    python = str(await python_of("fusion", PEERS_NEED, built_here=BUILT_HERE, variables=BUILT_WITH))
    sides = SIDES[:-1] if quick else SIDES
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        work = _Work(pool, len(seeds) + len(names) * min(SCENARIO_SEEDS, len(seeds)))
        bases = await work.all([(f"city {seed}", trials.base, (seed, python, sides, quick)) for seed in seeds])
        params = [base["fitted"].pop("params") for base in bases]
        tasks = [
            (f"{name}, city {seed}", trials.in_scenario, (name, seed, fitted, python, quick))
            for name in names
            for seed, fitted in list(zip(seeds, params, strict=True))[:SCENARIO_SEEDS]
        ]
        played = await work.all(tasks)
    progress.say("speed, restarts and shards, alone")
    alone = await asyncio.get_running_loop().run_in_executor(None, running.alone, seeds[0], params[0], quick)
    each = len(played) // len(names) if names else 0
    by_scenario = {name: _mean(played[number * each : (number + 1) * each]) for number, name in enumerate(names)}
    return verdict(_mean(bases), [dict(base) for base in bases], by_scenario, alone)


class _Work:
    """Pieces in processes, and how many of them are done."""

    def __init__(self, pool: ProcessPoolExecutor, total: int) -> None:
        self._pool, self._done, self._total = pool, 0, total

    async def all(self, pieces: Sequence[tuple[str, Callable[..., Figures], tuple[Any, ...]]]) -> list[Figures]:
        found: list[Figures] = [{} for _ in pieces]
        async with asyncio.TaskGroup() as tasks:
            for number, (name, what, given) in enumerate(pieces):
                tasks.create_task(self._one(found, number, name, what, given), name=name)
        return found

    async def _one(
        self, found: list[Figures], number: int, name: str, what: Callable[..., Figures], given: tuple[Any, ...]
    ) -> None:
        found[number] = await asyncio.get_running_loop().run_in_executor(self._pool, what, *given)
        self._done += 1
        progress.say(name, self._done, self._total)


def _mean(cities_of: Sequence[Mapping[str, Figures]]) -> dict[str, Figures]:
    """Side → the mean of each number over the cities; what is no number is left to the cities themselves."""
    found: dict[str, Figures] = {}
    for side in cities_of[0]:
        rows = [one[side] for one in cities_of]
        found[side] = {
            name: round(statistics.mean(row[name] for row in rows), 4)
            for name, value in rows[0].items()
            if isinstance(value, int | float)
        }
    return found

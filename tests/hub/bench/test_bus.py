import json

import pytest

from contracts.errors import ConfigurationError
from hub import bench


async def test_the_bench_reads_back_what_it_sent_and_prints_as_json() -> None:
    found = await bench.measure("bus", rounds=1, batch=50)
    assert list(found) == ["bench", "machine", "ours", "peers", "ratios", "guards", "met"]
    assert all(found["guards"].values())
    assert found["ours"]["records"] == 1000
    assert json.loads(json.dumps(found)) == found


async def test_an_unknown_bench_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="bus"):
        await bench.measure("speed")


def test_the_machine_is_named() -> None:
    assert set(bench.machine()) == {"cpu", "cores", "memory_gib", "python", "system"}

import pytest

from hub.loopback import LoopbackBus
from tests.hub.buses import BusContract, Rig, group

__all__ = ["group"]


class TestLoopback(BusContract):
    @pytest.fixture
    def rig(self, loopback: LoopbackBus) -> Rig:
        async def stop() -> None:
            loopback.stop()

        async def start() -> None:
            loopback.start()

        return Rig(loopback, stop, start)

"""What is left of a connection that broke: nothing, at once, without the help of the garbage collector."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from contracts.errors import CameraFault, CameraUnavailable
from hub import clock
from ingest.link import Link
from ingest.thread import run_in_thread
from tests.ingest.watching import eventually


class Decoder:
    """Stands for the pictures that a decoder holds."""


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("chained", [False, True], ids=["raised afresh", "raised while another was handled"])
async def test_a_broken_connection_holds_its_decoder_no_longer(chained: bool) -> None:
    held: list[weakref.ref[Decoder]] = []

    def decode(link: Link) -> None:
        decoder = Decoder()
        held.append(weakref.ref(decoder))
        try:
            raise OSError("reset")
        except OSError:
            if chained:
                raise CameraUnavailable(CameraFault.ENDED, "reset") from None
        raise CameraUnavailable(CameraFault.ENDED, "reset")

    with pytest.raises(CameraUnavailable, match="reset"):
        await run_in_thread(Link("cam", "rtsp://there", clock.now, lambda frame: None), decode)
    async with asyncio.timeout(20):
        await eventually(lambda: held[0]() is None)

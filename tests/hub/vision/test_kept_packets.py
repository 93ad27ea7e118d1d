import asyncio
import threading
from pathlib import Path

from contracts.cameras import Rule
from contracts.packets import Init, Wish
from hub import clock
from hub.evidence import DiskEvidence
from hub.live.client import WorkerPictures
from hub.live.signature import secret_of
from hub.settings import Settings
from hub.vision.kept_packets import KEPT, KeptPackets
from tests.hub.live.cameras import Players, camera_with, clips


async def test_what_a_camera_sends_is_kept_and_served_to_consoles_while_it_is_held(tmp_path: Path) -> None:
    settings, camera = Settings(data_dir=tmp_path), camera_with()
    kept = KeptPackets(settings, DiskEvidence(tmp_path / "evidence"), lambda report: None)
    assert kept.live_at == ""
    players, stopping = Players(clips(tmp_path, main={})), threading.Event()
    async with kept.open():
        ring = kept.add(camera)
        thread = threading.Thread(target=lambda: players.play("rtsp://sim/main", ring.put, stopping))
        thread.start()
        try:
            pictures = WorkerPictures(secret_of(settings), clock.now)
            async with asyncio.timeout(10), pictures.open(Wish(camera.camera_id), kept.live_at) as pieces:
                assert isinstance(await anext(pieces), Init)
                await anext(pieces)
                assert kept.is_watched(camera.camera_id)
        finally:
            stopping.set()
            thread.join()
        kept.remove(camera.camera_id)
        assert not kept.is_watched("another")


def test_a_camera_with_rules_keeps_the_seconds_before_a_happening(tmp_path: Path) -> None:
    kept = KeptPackets(Settings(data_dir=tmp_path), DiskEvidence(tmp_path / "evidence"), lambda report: None)
    plain = kept.add(camera_with())
    watched = kept.add(camera_with().model_copy(update={"rules": (Rule(rule="crowd_gathering"),)}))
    assert (plain._keep, watched._keep) == (KEPT * 0, KEPT)

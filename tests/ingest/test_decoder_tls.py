import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from hub.camera_sim import CameraPath, Clip
from tests.certificates import self_signed
from tests.ingest.watching import camera, watching


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"))


def server_side(pem: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pem)
    return context


async def test_a_certificate_that_a_known_authority_signed_opens_the_camera(
    clips: Mapping[str, Clip], pem: tuple[Path, Path]
) -> None:
    async with (
        camera(CameraPath("a", clips["h264"]), tls=server_side(pem)) as url,
        watching(url, ca_file=str(pem[0])) as seen,
    ):
        await seen.until(lambda seen: len(seen.frames) >= 1)


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    clips: Mapping[str, Clip], pem: tuple[Path, Path]
) -> None:
    async with camera(CameraPath("a", clips["h264"]), tls=server_side(pem)) as url, watching(url) as seen:
        await asyncio.wait_for(seen.ended.wait(), 20)
    assert seen.frames == []
    assert seen.outage is not None
    assert seen.outage.fault.value == "not_rtsp"  # whose words speak of the certificate

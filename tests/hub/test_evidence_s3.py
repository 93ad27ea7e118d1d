from collections.abc import Iterator
from datetime import date
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from contracts.errors import Outage
from contracts.evidence import EvidenceStore
from hub.evidence import SMALL, DiskEvidence
from hub.evidence_s3 import S3Evidence, open_evidence
from hub.settings import EvidenceSettings, Settings


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server with a bucket; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **keys).create_bucket(Bucket="evidence")
    yield address
    server.stop()


def settings_of(address: str, bucket: str = "evidence") -> EvidenceSettings:
    return EvidenceSettings(s3_bucket=bucket, s3_endpoint=address, s3_access_key="k", s3_secret_key=SecretStr("s"))


@pytest.fixture(params=["disk", "S3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    if request.param == "disk":
        return DiskEvidence(tmp_path)
    return S3Evidence(settings_of(request.getfixturevalue("s3")))


async def test_what_is_put_comes_back_with_its_digest(store: EvidenceStore) -> None:
    film = bytes(range(256)) * (SMALL // 256 + 1)
    digest = await store.put("ev/2026/11/24/cam@1-0.mp4", film)
    assert len(digest) == 64
    assert await store.get("ev/2026/11/24/cam@1-0.mp4") == film
    assert digest == await store.put("ev/2026/11/24/cam@1-0.mp4", film)
    assert await store.get("ev/2026/11/24/none.jpg") is None


async def test_days_are_found_and_their_evidence_is_deleted(store: EvidenceStore) -> None:
    for ref in ("ev/2026/09/01/a.jpg", "ev/2026/09/01/a.mp4", "ev/2026/09/30/b.jpg", "last/7.jpg"):
        await store.put(ref, b"x")
    assert await store.days(date(2026, 9, 30)) == [date(2026, 9, 1)]
    refs = await store.of_day(date(2026, 9, 1))
    assert sorted(refs) == ["ev/2026/09/01/a.jpg", "ev/2026/09/01/a.mp4"]
    await store.delete(refs)
    await store.delete(refs)
    await store.delete([])
    assert await store.days(date(2026, 9, 30)) == []
    assert await store.of_day(date(2026, 9, 1)) == []
    assert await store.get("last/7.jpg") == b"x"
    assert await store.days(date(2026, 10, 1)) == [date(2026, 9, 30)]


async def test_a_store_that_is_away_or_has_no_such_bucket_is_an_outage(s3: str) -> None:
    for store in (S3Evidence(settings_of("http://127.0.0.1:9")), S3Evidence(settings_of(s3, "no-such-bucket"))):
        with pytest.raises(Outage, match="evidence cannot be written to"):
            await store.put("ev/2026/11/24/a.jpg", b"x")


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(open_evidence(Settings(data_dir=tmp_path)), DiskEvidence)
    with_bucket = Settings(data_dir=tmp_path, evidence=settings_of("http://127.0.0.1:9"))
    assert isinstance(open_evidence(with_bucket), S3Evidence)

import hashlib
import os
from pathlib import Path

import pytest

from contracts.errors import Outage
from hub.evidence import DiskEvidence


async def test_what_is_put_can_be_got_and_is_known_by_its_hash(tmp_path: Path) -> None:
    store = DiskEvidence(tmp_path)
    assert await store.put("ev/2026/11/24/cam_7-0.jpg", b"jpeg") == hashlib.sha256(b"jpeg").hexdigest()
    assert await store.get("ev/2026/11/24/cam_7-0.jpg") == b"jpeg"


async def test_a_picture_is_replaced_whole_and_nothing_half_written_stays(tmp_path: Path) -> None:
    store = DiskEvidence(tmp_path)
    for data in (b"first", b"second"):
        await store.put("last/7.jpg", data)
    assert await store.get("last/7.jpg") == b"second"
    assert os.listdir(tmp_path / "last") == ["7.jpg"]


async def test_what_a_process_left_half_written_goes_with_its_day(tmp_path: Path) -> None:
    store = DiskEvidence(tmp_path)
    await store.put("ev/2026/11/24/cam_7-0.jpg", b"jpeg")
    day = tmp_path / "ev/2026/11/24"
    (day / ".cam_7.mp4.4711.part").write_bytes(b"half a clip")
    await store.delete(["ev/2026/11/24/cam_7-0.jpg"])
    assert not day.exists()


@pytest.mark.parametrize(
    "ref",
    [
        "", "/etc/passwd", "../secret", "ev/../../secret", "ev//x.jpg", "ev/./x.jpg", "ev/.hidden", "ev\\..\\x",
        "ev/x\0", "ev/新.jpg", "ev/x.jpg/", "~/x",
    ],
)  # fmt: skip
async def test_no_reference_leaves_the_store(ref: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    store = DiskEvidence(tmp_path / "store")
    assert await store.get(ref) is None
    with pytest.raises(ValueError, match="no evidence reference"):
        await store.put(ref, b"x")


@pytest.mark.parametrize("ref", ["ev/none.jpg", "ev", "last/7.jpg/x"])
async def test_what_is_not_there_is_none(ref: str, tmp_path: Path) -> None:
    store = DiskEvidence(tmp_path)
    await store.put("last/7.jpg", b"x")
    (tmp_path / "ev").mkdir()
    assert await store.get(ref) is None


async def test_a_store_that_cannot_be_written_is_an_outage_that_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Outage, match="file"):
        await DiskEvidence(tmp_path / "file").put("last/7.jpg", b"x")

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.cameras import Legal
from contracts.incidents import IncidentState
from contracts.signals import Evidence
from hub.clips.retention import purge
from hub.evidence import DiskEvidence
from tests.command_center.seeding import camera, fuse, incident, register, sight

SEEN = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CLIP = "ev/2026/11/24/cam-1.mp4"


@pytest.mark.parametrize(
    ("state", "decided_after", "days", "filed_days", "kept"),
    [
        (IncidentState.CLOSED, 0, 30, 30, True),
        (IncidentState.CLOSED, 0, 31, 30, False),
        (IncidentState.OPEN, 0, 400, 30, True),
        (IncidentState.CLOSED, 10, 31, 30, True),
        (IncidentState.CLOSED, 10, 41, 30, False),
        (IncidentState.CLOSED, 0, 80, 90, True),
        (IncidentState.CLOSED, 0, 91, 90, False),
    ],
    ids=["its last day", "the day after", "an open incident", "closed later", "closed later, over",
         "filed for longer", "filed for longer, over"],
)  # fmt: skip
async def test_evidence_is_kept_as_long_as_it_must_be(
    engine: AsyncEngine,
    tmp_path: Path,
    state: IncidentState,
    decided_after: int,
    days: int,
    filed_days: int,
    kept: bool,
) -> None:
    legal = Legal(purpose="公共安全", sign_installed=True, filing_no="演-1", retention_days=filed_days)
    one = camera(1, legal=legal)
    await register(engine, one)
    proof = Evidence(kind="clip", ref=CLIP, sha256="0" * 64, at=SEEN)
    seen = sight(1, camera_id=one.camera_id, observed_at=SEEN, received_at=SEEN, evidence=(proof,))
    decided_at = SEEN + timedelta(days=decided_after)
    await fuse(engine, incident(1, seen, state=state, decided_at=decided_at), signals=[seen])
    store = DiskEvidence(tmp_path)
    await store.put(CLIP, b"a film")
    await store.put("ev/2026/11/24/cam-1-7.jpg", b"a picture that no signal names any more")
    deleted = await purge(store, engine, SEEN + timedelta(days=days, hours=1), keep_days=30)
    assert (await store.get(CLIP) is not None) is kept
    assert deleted == (days > 30) + (not kept)

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from contracts.errors import ConfigurationError
from hub.live.signature import GOOD_FOR, admits, secret_of, signed
from hub.settings import Settings

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
TARGET = "/live/cam-1?sub=0&hevc=0"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("header", "target", "now", "welcome"),
    [
        (signed(b"s", TARGET, NOW), TARGET, NOW, True),
        (signed(b"s", TARGET, NOW), TARGET, NOW + GOOD_FOR, True),
        (signed(b"s", TARGET, NOW), TARGET, NOW + GOOD_FOR + SECOND, False),
        (signed(b"s", TARGET, NOW), TARGET, NOW - GOOD_FOR - SECOND, False),
        (signed(b"s", TARGET, NOW), "/live/cam-2?sub=0&hevc=0", NOW, False),
        (signed(b"another", TARGET, NOW), TARGET, NOW, False),
        (signed(b"s", TARGET, NOW).replace("Hub-Live", "Bearer"), TARGET, NOW, False),
        ("", TARGET, NOW, False),
        ("Hub-Live ³.x", TARGET, NOW, False),
        ("Hub-Live 12345678901234567890.x", TARGET, NOW, False),
    ],
    ids=["ours", "just fresh", "stale", "from the future", "another camera", "another secret", "another scheme",
         "nothing", "no number", "a number too long"],
)  # fmt: skip
def test_only_a_fresh_signature_for_this_very_target_opens(
    header: str, target: str, now: datetime, welcome: bool
) -> None:
    assert admits(b"s", target, header, now) is welcome


def test_one_machine_shares_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert secret_of(settings) == secret_of(settings)
    assert len(secret_of(settings)) >= 32
    assert stat.S_IMODE((tmp_path / "keys" / "live.key").stat().st_mode) == 0o600


def test_several_machines_share_a_setting(tmp_path: Path) -> None:
    assert secret_of(Settings(data_dir=tmp_path, live_secret=SecretStr("of the city"))) == b"of the city"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(ConfigurationError, match="HUB_LIVE_SECRET"):
        secret_of(Settings(data_dir=tmp_path))

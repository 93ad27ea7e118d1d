import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.errors import ConfigurationError
from contracts.intake import CallerDetails
from hub.personal import PostgresPersonalFields, Vault, open_vault, seal_details
from hub.settings import Settings

KEY = bytes(range(32))
VAULT = Vault(KEY)


@given(st.binary(max_size=500), st.text(max_size=40))
def test_what_is_sealed_opens_again_and_never_looks_the_same(plain: bytes, of: str) -> None:
    sealed = VAULT.seal(plain, of=of)
    assert VAULT.unseal(sealed, of=of) == plain
    assert sealed != VAULT.seal(plain, of=of)
    assert len(plain) < 4 or plain not in sealed


@pytest.mark.parametrize("position", [0, 2, 8, 20, -1])
def test_a_changed_byte_anywhere_is_noticed(position: int) -> None:
    sealed = bytearray(VAULT.seal(b"13800000000", of="a"))
    sealed[position] ^= 1
    with pytest.raises(ConfigurationError):
        VAULT.unseal(bytes(sealed), of="a")


def test_a_row_copied_under_another_identity_does_not_open() -> None:
    with pytest.raises(ConfigurationError, match="changed"):
        VAULT.unseal(VAULT.seal(b"13800000000", of="a"), of="b")


def test_another_key_is_named_as_the_reason() -> None:
    with pytest.raises(ConfigurationError, match="another key"):
        Vault(bytes(32)).unseal(VAULT.seal(b"x", of="a"), of="a")


def test_fingerprints_depend_on_the_text_and_on_the_key() -> None:
    assert VAULT.fingerprint(b"x") == Vault(KEY).fingerprint(b"x")
    assert len({VAULT.fingerprint(b"x"), VAULT.fingerprint(b"y"), Vault(bytes(32)).fingerprint(b"x")}) == 3


def test_the_key_file_is_made_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: open_vault(settings), range(8)))
    assert len({vault.fingerprint(b"x") for vault in vaults}) == 1
    [file] = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_in_the_settings_needs_no_file(tmp_path: Path) -> None:
    key = SecretStr(base64.b64encode(KEY).decode())
    vault = open_vault(Settings(data_dir=tmp_path, personal_key=key))
    assert vault.fingerprint(b"x") == VAULT.fingerprint(b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["short", base64.b64encode(bytes(31)).decode(), "ü" * 44])
def test_a_key_that_is_none_says_how_to_make_one(key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="openssl rand"):
        open_vault(Settings(data_dir=tmp_path, personal_key=SecretStr(key)))


def test_a_data_folder_that_is_a_file_is_a_mistake_to_mend(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(ConfigurationError, match="no key for personal fields"):
        open_vault(Settings(data_dir=tmp_path))


async def test_details_are_revealed_by_their_signal_and_none_where_there_are_none(engine: AsyncEngine) -> None:
    details = CallerDetails(name="张三", phone="13800000000", content_original="救命")
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO personal_fields (signal_id, sealed, received_at) VALUES ('s', :sealed, now())"),
            {"sealed": seal_details(VAULT, "s", details)},
        )
    fields = PostgresPersonalFields(engine, VAULT)
    assert await fields.reveal("s") == details
    assert await fields.reveal("t") is None

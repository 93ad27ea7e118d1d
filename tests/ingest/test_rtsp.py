import logging
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import CameraFault, CameraUnavailable
from ingest.rtsp import host_of, open_options, path_of, plain_secret, redact, references, resolve

PASSWORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=24).filter(
    lambda text: len(set(text) - {"*"}) > 1
)


@given(PASSWORDS)
def test_a_password_with_any_characters_survives_the_way_into_the_address(password: str) -> None:
    resolved = resolve("rtsp://admin:${PW}@10.0.0.8:554/ch1?a=b", {"PW": password})
    parts = urlsplit(resolved)
    assert unquote(parts.password or "") == password
    assert (parts.username, parts.hostname, parts.port, parts.path, parts.query) == (
        "admin",
        "10.0.0.8",
        554,
        "/ch1",
        "a=b",
    )


@pytest.mark.parametrize("environ", [{}, {"PW": ""}], ids=["not set", "empty"])
def test_a_variable_that_is_not_set_is_named_and_nothing_is_tried(environ: dict[str, str]) -> None:
    with pytest.raises(CameraUnavailable) as outage:
        resolve("rtsp://${USER_NAME}:${PW}@cam/1", environ | {"USER_NAME": "admin"})
    assert outage.value.fault is CameraFault.CREDENTIAL_MISSING
    assert str(outage.value) == "credential_missing: PW is not set"


def test_references_are_found_in_order() -> None:
    assert references("rtsp://${A}:${B_2}@h/$C/${}") == ("A", "B_2")


@given(PASSWORDS, st.sampled_from(["{}", "open {} failed", "a {} b {}"]))
def test_no_form_of_a_secret_survives_redaction(password: str, text: str) -> None:
    url = resolve("rtsp://admin:${PW}@cam/1", {"PW": password})
    cleaned = redact(text.replace("{}", url) + f" {password} {quote(password, safe='')}", [password])
    assert quote(password, safe="") not in cleaned
    assert password not in cleaned
    assert "admin" not in cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("rtsp://u:p@h:554/x", "rtsp://***@h:554/x", id="user and password"),
        pytest.param("RTSPS://u@h/x", "RTSPS://***@h/x", id="user only"),
        pytest.param("rtsp://h/u=a&password=p1&c=2", "rtsp://h/u=a&password=***&c=2", id="password in the path"),
        pytest.param("rtsp://u:p@1:x@h/y", "rtsp://***@h/y", id="an @ in the password"),
        pytest.param("no address here", "no address here", id="nothing to hide"),
    ],
)
def test_redaction_knows_where_cameras_take_their_passwords(text: str, cleaned: str) -> None:
    assert redact(text) == cleaned


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        pytest.param("rtsp://u:${PW}@h/x", False, id="a reference"),
        pytest.param("rtsp://u:p@h/x", True, id="spelled out"),
        pytest.param("rtsp://u:p${PW}@h/x", True, id="half of it spelled out"),
        pytest.param("rtsp://u@h/x", False, id="user only"),
        pytest.param("rtsp://h/user=a&password=${PW}", False, id="a reference in the path"),
        pytest.param("rtsp://h/user=a&password=p", True, id="spelled out in the path"),
        pytest.param("rtsp://h/x", False, id="no credentials"),
    ],
)
def test_a_password_spelled_out_is_noticed(url: str, secret: bool) -> None:
    assert (plain_secret(url) is not None) is secret


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("rtsp://u:p@h/x", "h:554", id="rtsp"),
        pytest.param("rtsps://u:p@h/x", "h:322", id="rtsps"),
        pytest.param("rtsp://u:p@h:8554/x", "h:8554", id="a port"),
        pytest.param("rtsp://[fe80::1]/x", "[fe80::1]:554", id="IPv6"),
    ],
)
def test_the_host_is_told_without_credentials(url: str, host: str) -> None:
    assert host_of(url) == host


def test_certificates_of_rtsps_are_verified() -> None:
    assert open_options("rtsps://h/x", ca_file="/ca.pem") == open_options("rtsp://h/x") | {
        "tls_verify": "1",
        "ca_file": "/ca.pem",
    }


def test_only_tcp_and_only_video_is_asked_for_with_the_timeout_in_microseconds() -> None:
    options = open_options("rtsp://h/x", timeout_s=2.5)
    assert (options["rtsp_transport"], options["allowed_media_types"], options["timeout"]) == (
        "tcp",
        "video",
        "2500000",
    )


def test_ffmpeg_itself_logs_nothing() -> None:
    import av.logging

    assert av.logging.get_level() is None  # its lines hold the address with the password in it
    assert logging.getLogger("libav").level >= logging.WARNING


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("rtsp://u:${P}@h:554/with%20space/1", "/with%20space/1"),
        ("rtsp://h/cam?user=a&password=b", "/cam"),
        ("rtsp://h", ""),
        ("rtsp://h/a#b", "/a"),
    ],
)
def test_a_path_is_told_as_it_was_asked_for_and_never_the_query(url: str, path: str) -> None:
    assert path_of(url) == path

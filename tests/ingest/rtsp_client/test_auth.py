"""Known answers of RFC 7616 §3.9.1, and the simulator as an independent other side."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.camera_sim import auth as server
from ingest.rtsp_client.auth import Authenticator
from ingest.rtsp_client.target import Account
from ingest.rtsp_client.unsupported import Unsupported

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
TAIL = (
    f'realm="http-auth@example.org", qop="auth, auth-int", nonce="{NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMA"'
)


def answered(*challenges: str) -> str:
    mine = Authenticator(Account("Mufasa", "Circle of Life"), lambda: CNONCE)
    mine.challenged(challenges)
    return mine.header("GET", "/dir/index.html")


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_digest_as_the_standard_counts_it(algorithm: str, response: str) -> None:
    said = answered(f"Digest {TAIL}, algorithm={algorithm}")
    assert f'response="{response}"' in said
    assert f"algorithm={algorithm}" in said
    assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMA"' in said
    assert "qop=auth, nc=00000001" in said


@pytest.mark.parametrize(
    ("challenges", "chosen"),
    [
        pytest.param(['Basic realm="x"', f"Digest {TAIL}"], "Digest", id="two headers"),
        pytest.param([f'Basic realm="x", Digest {TAIL}'], "Digest", id="two in one"),
        pytest.param([f"Digest {TAIL}, algorithm=MD5, Digest {TAIL}, algorithm=SHA-256"], "753927fa", id="stronger"),
        pytest.param([f"Digest {TAIL}, algorithm=SHA-512-256", 'Basic realm="x"'], "Basic", id="what can be answered"),
        pytest.param(["digest " + TAIL], "8ca523f5", id="small letters"),
        pytest.param(["Basic"], "Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl", id="no realm"),
    ],
)
def test_the_strongest_challenge_that_can_be_answered_is_chosen(challenges: list[str], chosen: str) -> None:
    assert chosen in answered(*challenges)


@pytest.mark.parametrize(
    "challenge",
    [f"Digest {TAIL}, algorithm=SHA-512-256", 'Digest realm="x", nonce="n", qop="auth-int"', 'NTLM realm="x"', ""],
)
def test_other_ways_are_left_to_ffmpeg(challenge: str) -> None:
    with pytest.raises(Unsupported):
        answered(challenge)


@given(st.text(min_size=1, max_size=20), st.sampled_from(["basic", "digest"]))
def test_any_password_is_understood_by_the_other_side(password: str, scheme: str) -> None:
    camera = server.Account(scheme, "admin", password)
    mine = Authenticator(Account("admin", password), lambda: "c")
    assert mine.header("DESCRIBE", "rtsp://h/a") == ""
    mine.challenged([camera.challenge("a-nonce")])
    assert camera.admits("DESCRIBE", mine.header("DESCRIBE", "rtsp://h/a"), "a-nonce")


def test_each_request_counts_on_and_a_new_nonce_begins_anew() -> None:
    mine = Authenticator(Account("admin", "x"), lambda: "c")
    counts = []
    for nonce in ("one", "two"):
        mine.challenged([f'Digest realm="r", nonce="{nonce}", qop="auth"'])
        counts += [re.findall(r'nonce="(\w+)".*nc=(\d+)', mine.header("PLAY", "u"))[0] for _ in range(2)]
    assert counts == [("one", "00000001"), ("one", "00000002"), ("two", "00000001"), ("two", "00000002")]


def test_a_password_is_not_shown_by_what_holds_it() -> None:
    mine = Authenticator(Account("admin", "geheim"), lambda: "c")
    assert "geheim" not in repr(mine)

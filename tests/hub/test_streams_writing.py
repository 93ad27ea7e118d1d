"""streams.yaml changed by the hub: one camera's lines and no others."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.errors import ConfigurationError
from hub.streams import StreamsError, load
from hub.streams.writing import drop_camera, put_camera, put_cameras

SHIPPED = Path(__file__).parents[2] / "streams.yaml"
FILE = """\
# the county
districts: {e: {name: East}}
defaults: {datum: WGS-84, bureau: 交通, district: e, legal: {purpose: safety, sign: true, filing_no: F-0}}

cameras:   # all of them
  # the plaza
  - id: c1  # first
    name: plaza   # as people say
    url: rtsp://h/1
    place: {lat: 34, lon: 118}   # from the map
    zones:
      - name: gate
        points: [[0, 0], [1, 0], [1, 1]]
    # sub_url: rtsp://h/1s

  # the bridge
  - {id: c2, name: bridge, url: "rtsp://h/2", place: {lat: 34.1, lon: 118}}   # inline
# the end
"""
C3 = {"id": "c3", "name": "yes", "url": "rtsp://u:${PW}@h/3", "place": {"lat": 34, "lon": 118.2}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "streams.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path / "streams.yaml"


def entries(path: Path) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in yaml.safe_load(path.read_text("utf-8"))["cameras"] or []}


def changed_lines(path: Path) -> tuple[set[str], set[str]]:
    """Lines that went, lines that came."""
    before, after = set(FILE.splitlines()), set(path.read_text("utf-8").splitlines())
    return before - after, after - before


def test_a_changed_name_changes_its_line_and_no_other(path: Path) -> None:
    put_camera(path, entries(path)["c1"] | {"name": "广场"})
    gone, came = changed_lines(path)
    assert gone == {"    name: plaza   # as people say"}
    assert came == {"    name: 广场      # as people say"}


def test_an_inline_camera_stays_inline(path: Path) -> None:
    put_camera(path, entries(path)["c2"] | {"priority": 1})
    assert '  - {id: c2, name: bridge, url: "rtsp://h/2", place: {lat: 34.1, lon: 118}, priority: 1} # inline' in (
        path.read_text("utf-8")
    )


def test_a_new_camera_comes_last_with_texts_that_yaml_would_misread_in_quotes(path: Path) -> None:
    streams = put_camera(path, C3 | {"expected": [{"name": "fair", "persons": 9, "hours": {"start": "18:30"}}]})
    assert [camera.camera_id for camera in streams.cameras] == ["c1", "c2", "c3"]
    assert changed_lines(path)[0] == set()
    assert path.read_text("utf-8").endswith("# the end\n")
    assert {'    name: "yes"', '        hours: {start: "18:30"}'} <= changed_lines(path)[1]


def test_a_removed_camera_takes_its_lines_and_no_comment_of_others(path: Path) -> None:
    drop_camera(path, "c1")
    text = path.read_text("utf-8")
    assert list(entries(path)) == ["c2"]
    assert "sub_url" not in text
    assert ("# the bridge" in text, "# the county" in text, "# the end" in text) == (True, True, True)


def test_the_last_camera_may_go_and_the_first_may_come(path: Path) -> None:
    drop_camera(path, "c1")
    assert drop_camera(path, "c2").cameras == ()
    assert "cameras: []   # all of them" in path.read_text("utf-8")
    assert [camera.camera_id for camera in put_camera(path, C3).cameras] == ["c3"]


def test_a_file_without_cameras_gets_some(path: Path) -> None:
    path.write_text(FILE[: FILE.index("cameras:")], encoding="utf-8")
    assert len(put_cameras(path, [C3, C3 | {"id": "c4"}]).cameras) == 2


def test_what_is_wrong_is_told_by_field_and_nothing_is_written(path: Path) -> None:
    with pytest.raises(StreamsError) as refused:
        put_cameras(path, [C3, C3 | {"id": "c4", "url": "http://h", "zones": [{"name": "z", "points": [[0, 0]] * 3}]}])
    assert {problem.field for problem in refused.value.problems} == {"url", "zones[0].points"}
    assert path.read_text("utf-8") == FILE
    assert list(path.parent.iterdir()) == [path]


def test_a_file_with_problems_is_mended_by_hand_first(path: Path) -> None:
    path.write_text(FILE.replace("rtsp://h/1\n", "http://h/1\n"), encoding="utf-8")
    with pytest.raises(StreamsError, match="line 9"):
        put_camera(path, C3)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("  - id: c1", "  - &c\n    id: c1", None, id="an anchor"),
        pytest.param(
            FILE[FILE.index("cameras:") :], f"cameras: [{json.dumps(C3)}]\n", "in \\[ \\]", id="all in brackets"
        ),
    ],
)
def test_what_the_hub_cannot_change_is_told(path: Path, old: str, new: str, says: str | None) -> None:
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    if says is None:
        assert put_camera(path, entries(path)["c1"] | {"name": "x"}).cameras[0].name == "x"
    else:
        with pytest.raises(ConfigurationError, match=says):
            put_camera(path, C3)


def test_an_unknown_camera_cannot_be_dropped(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no camera c9"):
        drop_camera(path, "c9")


def test_the_mode_and_a_link_to_the_file_stay(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("link.yaml")
    link.symlink_to(path)
    put_camera(link, C3)
    assert (link.is_symlink(), path.stat().st_mode & 0o777, "c3" in entries(path)) == (True, 0o640, True)


def test_putting_what_is_there_changes_not_one_byte_of_the_shipped_file(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(SHIPPED.read_bytes())
    put_cameras(path, list(entries(path).values()))
    assert path.read_bytes() == SHIPPED.read_bytes()


@example(name=":0", priority=1)
@example(name="\xa0", priority=1)
@given(name=st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1), priority=st.integers(1, 5))
def test_whatever_a_name_holds_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, name: str, priority: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "s.yaml"
    path.write_text(FILE, encoding="utf-8")
    for camera_id in ("c1", "c2", "c3"):
        put_camera(path, C3 | {"id": camera_id, "name": name, "priority": priority})
    assert [(camera.name, camera.priority) for camera in load(path).cameras] == [(name, priority)] * 3

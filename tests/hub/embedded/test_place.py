from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from hub.embedded import place
from hub.resources import database_url, kafka_connection
from hub.settings import DatabaseSettings, KafkaSettings, Settings

HERE = place.Place(kafka="127.0.0.1:1", database_url="postgresql://hub:secret@127.0.0.1:2/hub")


def test_what_a_running_hub_wrote_is_read(tmp_path: Path) -> None:
    with place.owned(tmp_path):
        place.write(tmp_path, HERE)
        assert place.read(tmp_path) == HERE
        assert (tmp_path / place.FILE).stat().st_mode & 0o077 == 0


def test_what_a_dead_hub_left_behind_is_not_believed(tmp_path: Path) -> None:
    with place.owned(tmp_path):
        place.write(tmp_path, HERE)
    assert place.read(tmp_path) is None


def test_a_folder_that_is_not_there_has_no_hub(tmp_path: Path) -> None:
    assert not place.is_owned(tmp_path / "nowhere")
    assert place.read(tmp_path / "nowhere") is None


def test_a_second_hub_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with place.owned(tmp_path):
        with pytest.raises(ConfigurationError, match="another hub is running"):
            place.owned(tmp_path).__enter__()
        assert place.is_owned(tmp_path)
    assert not place.is_owned(tmp_path)


def test_a_folder_that_cannot_be_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a letter")
    for where in (tmp_path / "file", tmp_path / "file" / "data", Path("/proc/hub")):
        with pytest.raises(ConfigurationError, match="cannot write here") as refused:
            place.make(where)
        assert "HUB_DATA_DIR" in refused.value.hint
    place.make(tmp_path / "new" / "data")
    assert not list((tmp_path / "new" / "data").iterdir())


def test_half_a_file_is_an_error_that_says_how_to_mend_it(tmp_path: Path) -> None:
    with place.owned(tmp_path):
        (tmp_path / place.FILE).write_text('{"kafka": ')
        with pytest.raises(ConfigurationError, match="start it again"):
            place.read(tmp_path)


def test_processes_find_the_embedded_servers_of_a_running_hub(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with place.owned(tmp_path):
        place.write(tmp_path, HERE)
        assert database_url(settings) == HERE.database_url
        assert kafka_connection(settings).servers == HERE.kafka
        assert kafka_connection(settings).memory_only
        assert not kafka_connection(settings).idempotent


def test_what_is_configured_goes_before_what_is_embedded(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        kafka=KafkaSettings(bootstrap_servers="kafka:9092"),
        database=DatabaseSettings.model_validate({"url": "postgresql://h/hub"}),
    )
    assert database_url(settings) == "postgresql://h/hub"
    assert kafka_connection(settings).servers == "kafka:9092"
    assert not kafka_connection(settings).memory_only


@pytest.mark.parametrize("ask", [database_url, kafka_connection])
def test_without_a_running_hub_the_error_says_what_to_do(tmp_path: Path, ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ConfigurationError, match="hub up"):
        ask(Settings(data_dir=tmp_path))

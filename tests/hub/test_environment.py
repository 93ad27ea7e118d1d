import pytest

from contracts.errors import ConfigurationError
from hub.environment import refuse_unknown, settings_of_environment


@pytest.mark.parametrize(
    "name",
    [
        "HUB_DATA_DIR",
        "HUB_KAFKA__BOOTSTRAP_SERVERS",
        "HUB_FEEDS__DATUM__police_110",
        "HUB_ASSETS_DIR",
        "PATH",
        "HUBBLE",
    ],
)
def test_known_variables_and_those_of_others_pass(name: str) -> None:
    refuse_unknown({name: "x"})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("HUB_KAFKA__BOOTSTRAP_SERVER", "HUB_KAFKA__BOOTSTRAP_SERVERS", id="a letter is missing"),
        pytest.param("HUB_DATABASE_URL", "HUB_DATABASE__URL", id="one underscore"),
        pytest.param("HUB_XYZZY", r"settings\.md", id="like nothing"),
    ],
)
def test_a_mistyped_variable_is_refused_with_the_nearest_name(name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=hint):
        refuse_unknown({name: "x"})


def test_a_wrong_value_names_its_variable_and_never_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CONSOLE__PORT", "eight")
    with pytest.raises(ConfigurationError, match="HUB_CONSOLE__PORT") as refused:
        settings_of_environment()
    assert "eight" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_variables_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CONSOLE__PORT", "9001")
    assert settings_of_environment().console.port == 9001

from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from contracts.kinds import Kind
from fusion.policy import Params, load_params


def test_every_kind_has_its_gate() -> None:
    assert set(Params().kinds) == {kind.value for kind in Kind}


def test_without_a_file_the_built_in_parameters_hold() -> None:
    assert load_params(None) == Params()


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "params.json"
    file.write_text('{"version": "2027-01-01a", "model": {"clock_error": 0.5}}')
    params = load_params(file)
    assert (params.version, params.model.clock_error, params.bands) == ("2027-01-01a", 0.5, Params().bands)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('{"modle": {}}', "modle", id="a misspelt member"),
        pytest.param('{"bands": {"joined": 2}}', "bands.joined", id="a band above one"),
        pytest.param("{", "JSON", id="no json"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "params.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=told) as bad:
        load_params(file)
    assert bad.value.where == str(file)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_params(tmp_path / "nothing.json")

import pytest

from contracts.errors import CameraFault
from ingest.words import FAULT_WORDS, words_of


@pytest.mark.parametrize("fault", CameraFault)
def test_every_fault_has_words_of_its_own_in_both_languages(fault: CameraFault) -> None:
    zh, en = FAULT_WORDS[fault]
    assert zh.endswith("。")
    assert en.endswith(".")
    assert sum(words == FAULT_WORDS[fault] for words in FAULT_WORDS.values()) == 1


def test_the_detail_is_added_in_brackets() -> None:
    zh, en = words_of(CameraFault.REFUSED, "cam-7:554")
    assert zh.endswith("（cam-7:554）")
    assert en.endswith("(cam-7:554)")

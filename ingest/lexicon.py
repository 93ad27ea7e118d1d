"""What free text says about a happening, in a closed vocabulary: no name, phone, plate or number can come out of it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from contracts.kinds import Kind

MAX_WORDS = 24
_SAYS, _HINTS = 2, 1
"""votes of a word that says a kind and of one that only hints at it"""
_GRAVEST_FIRST = (
    Kind.FIRE, Kind.WATER, Kind.VIOLENCE, Kind.MEDICAL, Kind.HAZARD_OBJECT, Kind.TRAFFIC_ACCIDENT, Kind.CROWD,
    Kind.FLOODING, Kind.ROAD_HAZARD, Kind.WORK_SAFETY, Kind.TRAFFIC_DANGER, Kind.INTRUSION,
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_GRAVEST_FIRST)}
"""on a tie a graver reading is the safer one"""
_NEGATED = re.compile(r"(?:没有?|无|未|并未|不|未见|没人|无人|排除)[人员有任何造成发现]{0,3}$")
_BIG_CROWD = 10
"""people in one place that are a crowd, whatever they do"""

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_NUMBER = r"(?:[0-9]{1,5}|[零一二两三四五六七八九十百千几数上好]{1,6})"
_PEOPLE = re.compile(
    rf"({_NUMBER})[多余来几]?[个名位]?(?:左右的?)?(?:人|群众|工人|农民工|民工|职工|学生|男子|女子|居民|业主|村民|游客)"
)
_VEHICLES = re.compile(
    rf"({_NUMBER})[多余]?(?:辆|台|部)?(?:轿|汽|小|大|货|电动|机动)?车(?:相撞|追尾|事故|发生|刮|剐|碰)"
)
_FLOOR = re.compile(r"(?<![0-9一二三四五六七八九十])([0-9]{1,2}|[一二三四五六七八九十]{1,3})(楼|层|栋|幢|号楼|单元)")
_PEOPLE_BUCKETS = ((100, "100人以上"), (30, "30-99人"), (10, "10-29人"), (3, "3-9人"), (1, "1-2人"))
_VEHICLE_BUCKETS = ((3, "3车以上"), (2, "2车"), (1, "1车"))
_STOREY = {"层": "楼", "幢": "栋", "号楼": "栋"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a text."""

    words: tuple[str, ...]
    """canonical tokens, each once, in order of appearance"""
    kinds: Mapping[Kind, int]
    """votes, in order of first appearance"""
    confidential: bool
    """speaks of sexual violence, domestic violence, suicide or a harmed minor"""

    def kind(self, allowed: Iterable[Kind] | None = None) -> Kind | None:
        """The kind with most votes among `allowed` (all when None), the graver on a tie; None without any."""
        among = set(self.kinds if allowed is None else allowed)
        votes = {kind: count for kind, count in self.kinds.items() if kind in among and count >= _SAYS}
        return min(votes, key=lambda kind: (-votes[kind], _RANK.get(kind, len(_RANK)))) if votes else None


@dataclass(frozen=True, slots=True)
class _Meaning:
    word: str
    kind: Kind | None = None
    votes: int = 0


def read(text: str) -> Reading:
    """The tokens of `text`, its votes for kinds, and whether it is confidential. Negated words are left out."""
    words: dict[str, None] = {}
    kinds: dict[Kind, int] = {}
    for match in _VOCABULARY.finditer(text):
        if _NEGATED.search(text, max(0, match.start() - 6), match.start()):
            continue
        for meaning in _MEANINGS[match.group()]:
            # A word said twice is one witness, not two.
            if meaning.kind is not None and meaning.word not in words:
                kinds[meaning.kind] = kinds.get(meaning.kind, 0) + meaning.votes
        words.update(dict.fromkeys(meaning.word for meaning in _MEANINGS[match.group()]))
    words.update(dict.fromkeys(_counts(text)))
    if _people(text) >= _BIG_CROWD:
        kinds[Kind.CROWD] = kinds.get(Kind.CROWD, 0) + _HINTS
    return Reading(tuple(words)[:MAX_WORDS], kinds, _CONFIDENTIAL.search(text) is not None)


def vocabulary() -> frozenset[str]:
    """Every fixed token there is; beside them only counts, storeys and the names of the county's own places."""
    return frozenset(meaning.word for meanings in _MEANINGS.values() for meaning in meanings)


def amount(text: str) -> int:
    """The number that ASCII digits or Chinese numerals name, the lower end of a vague one («三四十» 30, «上百» 100)."""
    if text.isdecimal():
        return int(text)
    total = unit_digit = 0
    for sign in text:
        if sign in _DIGITS:
            unit_digit = unit_digit or _DIGITS[sign]
        elif sign in "几数好":
            unit_digit = unit_digit or 3
        else:
            scale = {"十": 10, "百": 100, "千": 1000}.get(sign, 0)
            total += (unit_digit or 1) * scale
            unit_digit = 0
    return total + unit_digit


def _counts(text: str) -> list[str]:
    found = []
    if people := _people(text):
        found.append(_bucket(people, _PEOPLE_BUCKETS))
    if vehicles := _VEHICLES.search(text):
        found.append(_bucket(amount(vehicles.group(1)), _VEHICLE_BUCKETS))
    for number, what in _FLOOR.findall(text):
        found.append(f"{amount(number)}{_STOREY.get(what, what)}")
    return [word for word in found if word]


def _people(text: str) -> int:
    return max((amount(number) for number in _PEOPLE.findall(text)), default=0)


def _bucket(count: int, buckets: tuple[tuple[int, str], ...]) -> str:
    return next((name for least, name in buckets if count >= least), "")


def _meanings(table: Mapping[str, Any]) -> dict[str, list[_Meaning]]:
    spellings: dict[str, list[_Meaning]] = {}
    for kind, strengths in table["events"].items():
        for strength, entries in strengths.items():
            votes = _SAYS if strength == "says" else _HINTS
            for word, variants in entries.items():
                for variant in variants:
                    spellings.setdefault(variant, []).append(_Meaning(word, Kind(kind), votes))
    for word, variants in table["attributes"].items():
        for variant in variants:
            spellings.setdefault(variant, []).append(_Meaning(word))
    return spellings


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))


_TABLE = tomllib.loads(files("ingest").joinpath("lexicon.toml").read_text(encoding="utf-8"))
_MEANINGS = _meanings(_TABLE)
_VOCABULARY = _any_of(_MEANINGS)
_CONFIDENTIAL = _any_of(_TABLE["confidential"]["words"])

"""Takes phone numbers, identity numbers, plates and stated names out of free text, by placeholder and never by hash."""

import re

PHONE, IDENTITY, PLATE, NUMBER, NAME = "[电话]", "[证件号]", "[车牌]", "[号码]", "[姓名]"

# Digits as people and systems write them: ASCII, full-width, Chinese numerals as read out on the phone (幺 = 1).
_CHINESE_DIGITS = dict(zip("零〇一幺二两三四五六七八九", "0011223456789", strict=True))
_TO_ASCII = str.maketrans(
    {chr(0xFF10 + n): str(n) for n in range(10)}
    | {chr(0xFF21 + n): chr(ord("A") + n) for n in range(26)}
    | {chr(0xFF41 + n): chr(ord("a") + n) for n in range(26)}
    | {"－": "-", "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "\u3000": " ", "\u00a0": " ", "＋": "+"}
    | _CHINESE_DIGITS
)

_GAP = r"[ \t\-.·_()（）]{0,3}"
"""what people put between groups of digits"""
_DIGIT = r"[0-9]"
_IDENTITY = re.compile(rf"(?<![0-9])[1-9](?:{_GAP}{_DIGIT}){{16}}{_GAP}[0-9Xx](?![0-9])")
_IDENTITY_OLD = re.compile(rf"(?<![0-9])[1-9](?:{_GAP}{_DIGIT}){{14}}(?![0-9])")
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?{_GAP}86{_GAP})?1{_GAP}[3-9](?:{_GAP}{_DIGIT}){{9}}(?![0-9])")
_LANDLINE = re.compile(rf"(?<![0-9])0{_DIGIT}{{2,3}}{_GAP}[2-9]{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{4}}(?![0-9])")
_RUN = re.compile(
    rf"(?<![0-9])(?!(?:19|20)[0-9]{{2}}[-./][01]?[0-9][-./][0-3]?[0-9]){_DIGIT}(?:{_GAP}{_DIGIT}){{9,}}[Xx]?"
)
"""any other ten digits or more that are no date: bank cards, passports' tails, phone numbers run together"""
_LOCAL_PHONE = re.compile(r"(?:电话|手机|号码|联系方式|座机)[是为号码:： ]{0,3}([2-9][0-9]{6,7})(?![0-9])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]"
    r"[ \-·.]{0,2}[A-Za-z][ \-·.•]{0,2}(?:[A-Za-z0-9][ \-·.]?){4,6}[A-Za-z0-9学警港澳挂]?(?![A-Za-z0-9])"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NOT_IN_NAMES = "在被把和与说住的是来去到有称跟让从向对给电身手"
_STATED_NAME = re.compile(
    rf"((?:我叫|名叫|叫做|姓名|联系人|报警人|当事人|户主|车主|死者|伤者)[是为:： ]{{0,3}})"
    rf"([{_SURNAMES}][\u4e00-\u9fff](?:(?![{_NOT_IN_NAMES}])[\u4e00-\u9fff])?)"
)
_COMPOUND_SURNAMES = "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|东方|端木"
_PERSON = re.compile(rf"(?:[{_SURNAMES}]|{_COMPOUND_SURNAMES})[\u4e00-\u9fff]{{1,2}}")
"""a name of a person, as against that of a shop or a bureau that called: those say where it happened"""


def mask(text: str, *known: str) -> str:
    """`text` with every phone, identity and plate number and every stated name replaced; the same when run again.

    Numbers are found also in full-width digits, in Chinese numerals and with spaces or dashes between the digits.
    `known` are names that the record gives beside the text, as of the caller.
    """
    if not text:
        return text
    for name in known:
        if _PERSON.fullmatch(name):
            text = text.replace(name, NAME)
    plain = text.translate(_TO_ASCII)
    # The translation keeps the length, so that what is found there is cut out here.
    spans = _spans(plain)
    pieces, end = [], 0
    for start, stop, placeholder in spans:
        pieces += [text[end:start], placeholder]
        end = stop
    pieces.append(text[end:])
    return _STATED_NAME.sub(rf"\1{NAME}", "".join(pieces))


def _spans(plain: str) -> list[tuple[int, int, str]]:
    """What to cut out: (start, stop, placeholder), in order and apart; the surest kind of number wins an overlap."""
    taken: list[tuple[int, int, str]] = []
    kinds = (
        (_PLATE, PLATE, 0), (_IDENTITY, IDENTITY, 0), (_MOBILE, PHONE, 0), (_IDENTITY_OLD, IDENTITY, 0),
        (_LANDLINE, PHONE, 0), (_LOCAL_PHONE, PHONE, 1), (_RUN, NUMBER, 0),
    )  # fmt: skip
    for pattern, placeholder, group in kinds:
        for match in pattern.finditer(plain):
            start, stop = match.span(group)
            if all(stop <= begin or start >= end for begin, end, _ in taken):
                taken.append((start, stop, placeholder))
    return sorted(taken)

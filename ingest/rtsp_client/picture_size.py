"""Width and height out of a sequence parameter set (ITU-T H.264 §7.3.2.1.1, H.265 §7.3.2.2.1). Pure."""

from ingest.rtsp_client.sdp import Codec

_WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
_SIDES = range(1, 32_769)


class _Bits:
    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\0\0\3", b"\0\0")
        self._value, self._left = int.from_bytes(plain, "big"), 8 * len(plain)

    def take(self, count: int) -> int:
        if count > self._left:
            raise ValueError("the set is cut off")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def ue(self) -> int:
        """Exp-Golomb, unsigned (§9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise ValueError("no number")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """Exp-Golomb, signed."""
        value = self.ue()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def size_of(codec: Codec, sps: bytes) -> tuple[int, int] | None:
    """Of the pictures as they are shown, pixels; None where the set cannot be read."""
    try:
        width, height = _h264(_Bits(sps[1:])) if codec == "h264" else _hevc(_Bits(sps[2:]))
    except ValueError:
        return None
    return (width, height) if width in _SIDES and height in _SIDES else None


def _h264(bits: _Bits) -> tuple[int, int]:
    profile = bits.take(8)
    bits.take(16)
    bits.ue()
    chroma = _chroma(bits) if profile in _WITH_CHROMA else 1
    bits.ue()
    _picture_order(bits)
    bits.ue()
    bits.take(1)
    width, units = 16 * (bits.ue() + 1), bits.ue() + 1
    frames_only = bits.take(1)
    height = 16 * units * (2 - frames_only)
    if not frames_only:
        bits.take(1)
    bits.take(1)
    return _cropped(bits, width, height, chroma, 2 - frames_only)


def _chroma(bits: _Bits) -> int:
    chroma = bits.ue()
    planes = bits.take(1) if chroma == 3 else 0
    bits.ue()
    bits.ue()
    bits.take(1)
    if bits.take(1):  # scaling matrices
        for number in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _scaling_list(bits, 16 if number < 6 else 64)
    return 0 if planes else chroma


def _scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _picture_order(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()


def _cropped(bits: _Bits, width: int, height: int, chroma: int, fields: int = 1) -> tuple[int, int]:
    """Cropping is counted in samples of chroma, and for interlaced pictures in those of a field."""
    if not bits.take(1):
        return width, height
    left, right, top, bottom = (bits.ue() for _ in range(4))
    across, down = (2 if chroma in {1, 2} else 1), (2 if chroma == 1 else 1)
    return width - across * (left + right), height - down * fields * (top + bottom)


def _hevc(bits: _Bits) -> tuple[int, int]:
    bits.take(4)
    layers = bits.take(3)
    bits.take(1)
    bits.take(88 + 8)  # the general profile, tier and level
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.ue()
    chroma = bits.ue()
    if chroma == 3:
        chroma = 0 if bits.take(1) else 3
    width, height = bits.ue(), bits.ue()
    return _cropped(bits, width, height, chroma)

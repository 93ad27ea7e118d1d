"""What is wrong in a person's file: the line, the key, the words, and how to mend it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.errors import ConfigurationError

SHOWN = 20


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend."""

    line: int
    """0 for what does not stand in a file"""
    key: str
    message: str
    hint: str = ""

    @property
    def field(self) -> str:
        """The key within the camera's own entry: `zones[0].points`."""
        return re.sub(r"^cameras\[\d+\]\.?", "", self.key)

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        head = ": ".join(part for part in (line, self.key, self.message) if part)
        return f"{head}\n    → {self.hint}" if self.hint else head


class StreamsError(ConfigurationError):
    """The file cannot be used; `problems` are all that was found, in the order of the file."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        shown = "\n".join(f"  {problem}" for problem in self.problems[:SHOWN])
        more = f"\n  … and {len(self.problems) - SHOWN} more" if len(self.problems) > SHOWN else ""
        count = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"
        super().__init__(f"{count} to mend\n{shown}{more}", where=source, hint="check with: hub streams check")

"""Fusion's parameter versions as the console is given them: what was done with each, and where it took hold."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from command_center.versions import HeldFrom, VersionAct, VersionReport, VersionRow
from contracts.errors import ConfigurationError, Refused
from fusion.ledger_versions import Listed, Versions


class HubVersions:
    """See `command_center.versions.ParameterVersions`."""

    def __init__(self, versions: Versions, clock: Callable[[], datetime]) -> None:
        self._versions, self._clock = versions, clock

    async def listed(self) -> tuple[Sequence[VersionRow], str | None]:
        """The newest first, and which is in force."""
        held, acts = await self._held(), await self._versions.listed()
        in_force = await self._versions.name_in_force()
        by_version: dict[str, list[Listed]] = defaultdict(list)
        for one in acts:
            by_version[one.version].append(one)
        rows = [_row(version, told, held[version], version == in_force) for version, told in by_version.items()]
        return rows[::-1], in_force

    async def report(self, version: str) -> VersionReport:
        """What the fit said, each changed join with the incident in which its signal sits now."""
        found = VersionReport.model_validate(await self._versions.report(version))
        week = found.last_week
        homes = await self._versions.homes([one.signal_id for one in (*week.gained, *week.lost)])
        at_home = {
            name: tuple(one.model_copy(update={"home": homes.get(one.signal_id)}) for one in joins)
            for name, joins in (("gained", week.gained), ("lost", week.lost))
        }
        return found.model_copy(update={"last_week": week.model_copy(update=at_home)})

    async def apply(self, version: str, *, login: str, reason: str) -> None:
        """It holds from each district's next record on."""
        try:
            await self._versions.apply(version, login=login, reason=reason, at=self._clock())
        except ConfigurationError as foreign:
            raise Refused(f"这一版由另一发行版写成，读不了，请重新拟合 · {foreign}") from None

    async def take_back(self, *, login: str, reason: str) -> str | None:
        """The version in force; which one holds then."""
        return await self._versions.take_back(login=login, reason=reason, at=self._clock())

    async def _held(self) -> dict[str, list[HeldFrom]]:
        held: dict[str, list[HeldFrom]] = defaultdict(list)
        for one in await self._versions.held():
            held[one.version].append(HeldFrom(district=one.district, position=one.position, at=one.at))
        return held


def _row(version: str, told: Sequence[Listed], held: Sequence[HeldFrom], in_force: bool) -> VersionRow:
    acts = [{"act": one.act, "login": one.login, "reason": one.reason, "at": one.at} for one in told if one.at]
    return VersionRow(
        version=version, made_at=told[0].made_at, in_force=in_force,
        acts=tuple(VersionAct.model_validate(one) for one in acts), held_from=tuple(held),
    )  # fmt: skip

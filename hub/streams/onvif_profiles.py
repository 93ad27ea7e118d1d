"""What an ONVIF camera says of itself: maker, model, the address of each of its streams (optional extra `onvif`)."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import ConfigurationError
from hub.streams.discovery import Found

ASK_S = 15.0
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Profile:
    """One stream."""

    url: str
    """without user and password"""
    width: int
    height: int
    codec: str


@dataclass(frozen=True, slots=True)
class Described:
    """A camera and its streams, the largest first; `problem` says why there are none."""

    found: Found
    maker: str = ""
    model: str = ""
    profiles: tuple[Profile, ...] = ()
    problem: str = ""


async def describe(found: list[Found], user: str, password: str) -> list[Described]:
    """Ask every camera, many at a time.

    Raises:
        ConfigurationError: the extra is not installed.
    """
    try:
        import onvif  # noqa: F401
    except ImportError:
        hint = "pip install 'city-event-hub[onvif]'"
        raise ConfigurationError("asking ONVIF cameras needs the optional extra", where="onvif", hint=hint) from None
    room = asyncio.Semaphore(AT_ONCE)

    async def one(device: Found) -> Described:
        async with room:
            return await _describe(device, user, password)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(device), name=f"onvif:{device.host}") for device in found]
    return [task.result() for task in tasks]


async def _describe(found: Found, user: str, password: str) -> Described:
    import aiohttp
    import onvif
    import zeep.exceptions

    camera = onvif.ONVIFCamera(found.host, urlsplit(found.address).port or 80, user, password, adjust_time=True)
    try:
        async with asyncio.timeout(ASK_S):
            await camera.update_xaddrs()
            return await _ask(found, camera)
    except TimeoutError:
        return Described(found, problem="没有回答 · it does not answer")
    except (onvif.ONVIFError, zeep.exceptions.Fault) as refused:
        login = "auth" in str(refused).lower()
        return Described(found, problem="用户名或密码错误 · wrong user or password" if login else _short(refused))
    except (zeep.exceptions.Error, aiohttp.ClientError, OSError) as problem:
        return Described(found, problem=_short(problem))
    except (AttributeError, LookupError, TypeError, ValueError):  # what the library raises at half an answer
        return Described(found, problem="回答不符合 ONVIF · it answers, and not as ONVIF says")
    finally:
        await camera.close()


async def _ask(found: Found, camera: Any) -> Described:
    about = await (await camera.create_devicemgmt_service()).GetDeviceInformation()
    media = await camera.create_media_service()
    profiles = []
    for profile in await media.GetProfiles():
        encoder = profile.VideoEncoderConfiguration
        if encoder is None:
            continue
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        answer = await media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profile.token})
        size = encoder.Resolution
        profiles.append(Profile(answer.Uri, size.Width, size.Height, str(encoder.Encoding)))
    profiles.sort(key=lambda profile: profile.width * profile.height, reverse=True)
    return Described(found, about.Manufacturer or "", about.Model or "", tuple(profiles))


def _short(problem: Exception) -> str:
    return (str(problem) or type(problem).__name__).splitlines()[0][:120]

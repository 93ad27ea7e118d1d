"""Cameras that answer WS-Discovery and ONVIF, against small ones of our own."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ConfigurationError
from hub.streams.discovery import Found, answers, discover, question
from hub.streams.onvif_profiles import Profile, describe
from tests.hub.answering import answering

MATCH = """<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body><d:ProbeMatches><d:ProbeMatch>
 <d:Scopes>onvif://www.onvif.org/name/Plaza%20North onvif://www.onvif.org/hardware/DS-2CD</d:Scopes>
 <d:XAddrs>http://[fe80::1]/onvif/device_service http://127.0.0.1:PORT/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


class Camera(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | bytes, int]) -> None:
        self.asked.append(data)
        self.transport.sendto(b"noise", addr)
        self.transport.sendto(MATCH.replace("PORT", "80").encode(), addr)


async def test_a_camera_that_is_asked_answers_once_however_often_it_says_so() -> None:
    transport, camera = await asyncio.get_running_loop().create_datagram_endpoint(Camera, ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    found = await discover(wait_s=0.3, interface="127.0.0.1", hosts=[f"127.0.0.1:{port}"])
    transport.close()
    assert found == [Found("http://127.0.0.1:80/onvif/device_service", "Plaza North", "DS-2CD")]
    assert found[0].host == "127.0.0.1"
    assert len(camera.asked) == 3
    assert b"NetworkVideoTransmitter" in camera.asked[0]


async def test_an_interface_that_is_not_there_is_told() -> None:
    with pytest.raises(ConfigurationError, match="--interface"):
        await discover(wait_s=0.3, interface="203.0.113.7")


@given(st.binary() | st.text().map(str.encode) | st.just(question("x")))
def test_what_is_no_answer_is_none(data: bytes) -> None:
    assert answers(data) == []


def test_a_message_that_defines_entities_is_not_read() -> None:
    assert answers(b"<!DOCTYPE x>" + MATCH.encode()) == []


def soap(body: str) -> tuple[int, str, str]:
    names = "".join(
        f' xmlns:{prefix}="http://www.onvif.org/ver10/{path}"'
        for prefix, path in (("tds", "device/wsdl"), ("trt", "media/wsdl"), ("tt", "schema"))
    )
    return 200, "application/soap+xml", (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"{names}><s:Body>{body}</s:Body></s:Envelope>'
    )  # fmt: skip


def profile(token: str, width: int, height: int) -> str:
    return (
        f'<trt:Profiles token="{token}"><tt:Name>{token}</tt:Name><tt:VideoEncoderConfiguration token="v">'
        f"<tt:Name>v</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution>"
        f"<tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>1</tt:Quality>"
        "<tt:SessionTimeout>PT5S</tt:SessionTimeout></tt:VideoEncoderConfiguration></trt:Profiles>"
    )


def device() -> dict[str, str]:
    about = "<tds:{0}><tds:Manufacturer>海康</tds:Manufacturer><tds:Model>DS-2CD</tds:Model>"
    about += "<tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>1</tds:SerialNumber>"
    about += "<tds:HardwareId>1</tds:HardwareId></tds:{0}>"
    return {
        "GetSystemDateAndTime": "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP"
        "</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time><tt:Hour>4</tt:Hour>"
        "<tt:Minute>0</tt:Minute><tt:Second>0</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>11"
        "</tt:Month><tt:Day>24</tt:Day></tt:Date></tt:UTCDateTime></tds:SystemDateAndTime>"
        "</tds:GetSystemDateAndTimeResponse>",
        "GetServices": "<tds:GetServicesResponse>{services}</tds:GetServicesResponse>",
        "GetDeviceInformation": about.format("GetDeviceInformationResponse"),
        "GetProfiles": f"<trt:GetProfilesResponse>{profile('sub', 640, 360)}{profile('main', 1920, 1080)}"
        '<trt:Profiles token="audio"><tt:Name>audio</tt:Name></trt:Profiles></trt:GetProfilesResponse>',
        "GetStreamUri": "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://127.0.0.1/{token}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>",
    }


def onvif(target: str, body: str) -> tuple[int, str, str]:
    name = next(name for name in device() if re.search(rf"[:<]{name}\b", body))
    token = (re.findall(r"ProfileToken>(\w+)<", body) or [""])[0]
    services = "".join(
        f"<tds:Service><tds:Namespace>http://www.onvif.org/ver10/{path}/wsdl</tds:Namespace><tds:XAddr>http://127.0.0.1:"
        f"{onvif.port}/onvif/{path}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version>"  # type: ignore[attr-defined]
        "</tds:Service>"
        for path in ("device", "media")
    )
    return soap(device()[name].replace("{services}", services).replace("{token}", token))


def locked(target: str, body: str) -> tuple[int, str, str]:
    if "GetSystemDateAndTime" in body:
        return soap(device()["GetSystemDateAndTime"])
    fault = '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized'
    _, kind, text = soap(f"{fault}</s:Text></s:Reason></s:Fault>")
    return 400, kind, text


async def test_a_camera_tells_its_streams_the_largest_first() -> None:
    async with answering(onvif) as port:
        onvif.port = port  # type: ignore[attr-defined]
        (seen,) = await describe([Found(f"http://127.0.0.1:{port}/onvif/device_service")], "admin", "p@ss")
    assert (seen.maker, seen.model, seen.problem) == ("海康", "DS-2CD", "")
    assert seen.profiles == (
        Profile("rtsp://127.0.0.1/main", 1920, 1080, "H264"),
        Profile("rtsp://127.0.0.1/sub", 640, 360, "H264"),
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(locked, "密码错误", id="wrong password"),
        pytest.param(lambda target, body: soap("<tds:GetSystemDateAndTimeResponse/>"), "不符合", id="half an answer"),
        pytest.param(lambda target, body: (200, "text/html", "<html>"), "", id="no ONVIF"),
        pytest.param(lambda target, body: (500, "text/plain", ""), "", id="an error"),
    ],
)
async def test_why_a_camera_tells_nothing_is_said(answer: object, says: str) -> None:
    async with answering(answer) as port:  # type: ignore[arg-type]
        (seen,) = await describe([Found(f"http://127.0.0.1:{port}/onvif/device_service")], "admin", "p")
    assert seen.profiles == ()
    assert seen.problem
    assert says in seen.problem


async def test_a_camera_that_is_gone_does_not_stop_the_others() -> None:
    (seen,) = await describe([Found("http://127.0.0.1:1/onvif/device_service")], "admin", "p")
    assert seen.problem

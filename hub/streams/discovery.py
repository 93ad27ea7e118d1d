"""Which ONVIF cameras are in this network: WS-Discovery asks, and each answers with its address and its name."""

import asyncio
import re
import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from contracts.errors import ConfigurationError

GROUP = ("239.255.255.250", 3702)
ASKED = 3
"""datagrams get lost, so the question is put so often"""
LARGEST = 65_536

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A device that answered."""

    address: str
    """http://host[:port]/onvif/device_service"""
    name: str = ""
    hardware: str = ""

    @property
    def host(self) -> str:
        """Its host, without the port."""
        return urlsplit(self.address).hostname or ""


def question(message_id: str) -> bytes:
    """A WS-Discovery Probe for devices that transmit video (ONVIF core specification, 7.3)."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="{_SOAP}" xmlns:w="{_ADDRESSING}" '
        f'xmlns:d="{_DISCOVERY}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header>'
        f"<w:MessageID>uuid:{message_id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        f"<w:Action>{_DISCOVERY}/Probe</w:Action></e:Header><e:Body><d:Probe>"
        "<d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
    ).encode()


def answers(data: bytes) -> list[Found]:
    """The devices of a ProbeMatches message; nothing of what is none."""
    if b"<!DOCTYPE" in data or len(data) > LARGEST:
        return []
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return []
    return [found for match in root.iter(f"{{{_DISCOVERY}}}ProbeMatch") if (found := _found(match)) is not None]


def _found(match: ElementTree.Element) -> Found | None:
    addresses = (match.findtext(f"{{{_DISCOVERY}}}XAddrs") or "").split()
    address = next((one for one in addresses if re.match(r"https?://[^\[]", one)), None)
    if address is None:
        return None
    scopes = (match.findtext(f"{{{_DISCOVERY}}}Scopes") or "").split()
    return Found(address, _scope(scopes, "name"), _scope(scopes, "hardware"))


def _scope(scopes: Iterable[str], kind: str) -> str:
    start = f"onvif://www.onvif.org/{kind}/"
    return next((unquote(scope.removeprefix(start)) for scope in scopes if scope.startswith(start)), "")


class _Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: dict[str, Found] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | bytes, int]) -> None:
        """Called by asyncio."""
        for found in answers(data):
            self.heard.setdefault(found.address, found)

    def error_received(self, exc: Exception) -> None:
        """A host that is asked by its address and is not there says so; others may still answer."""


async def discover(*, wait_s: float = 4.0, interface: str = "", hosts: Iterable[str] = ()) -> list[Found]:
    """Ask this network, and each of `hosts` (host or host:port), which multicast does not reach; sorted by address.

    Raises:
        ConfigurationError: this machine has no such interface, or no network.
    """
    loop = asyncio.get_running_loop()
    ear = _Ear()
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        asking.setblocking(False)
        asking.bind((interface, 0))
        if interface:
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        transport, _ = await loop.create_datagram_endpoint(lambda: ear, sock=asking)
    except OSError as problem:
        asking.close()
        hint = "the address of one of this machine's own interfaces"
        raise ConfigurationError(problem.strerror or "no such interface", where="--interface", hint=hint) from None
    try:
        targets = [GROUP, *(_target(host) for host in hosts)]
        for _ in range(ASKED):
            for target in targets:
                transport.sendto(question(str(uuid.uuid4())), target)
            await asyncio.sleep(wait_s / ASKED)
    finally:
        transport.close()
    return sorted(ear.heard.values())


def _target(host: str) -> tuple[str, int]:
    name, _, port = host.partition(":")
    return name, int(port) if port.isdigit() else GROUP[1]

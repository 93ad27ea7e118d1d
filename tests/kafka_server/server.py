"""Apache Kafka for the tests: fetched by Maven into the user's cache, started as one KRaft node on a JDK ≥ 17."""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import subprocess
import uuid
from pathlib import Path
from xml.etree import ElementTree

from hub.embedded import children
from hub.embedded.ports import free_port
from tests.certificates import self_signed

POM = Path(__file__).parent / "pom.xml"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_WITHIN_S = 600
OLDEST_JAVA = 17
USER, PASSWORD = "hub", "a-test-password"
"""who may come in by the secured listener"""

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def version() -> str:
    """The version of Kafka that the POM names."""
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    found = ElementTree.parse(POM).findtext(".//m:dependency[m:artifactId='kafka_2.13']/m:version", namespaces=space)
    assert found, f"{POM} names no Kafka"
    return found


def java_version() -> int:
    """The major version of `java`; 0 when there is none."""
    java = shutil.which("java")
    words = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr if java else ""
    found = re.search(r'version "(\d+)', words)
    return int(found[1]) if found else 0


def libraries() -> Path:
    """The folder of Kafka's jars, fetched once per version."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "city-event-hub"
    cache.mkdir(parents=True, exist_ok=True)
    there = cache / f"kafka-{version()}"
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not there.is_dir():
            draft = there.with_suffix(".part")
            shutil.rmtree(draft, ignore_errors=True)
            command = ["mvn", "-B", "-q", "-f", POM, COPY, "-DincludeScope=runtime", f"-DoutputDirectory={draft}"]
            subprocess.run(command, check=True, timeout=FETCH_WITHIN_S)
            draft.rename(there)
    return there


class ApacheKafka:
    """One broker. `stop` kills it, `start` starts it again on what it had stored."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self._classpath = f"{libraries()}/*"
        self._properties = folder / "server.properties"
        self._child: subprocess.Popen[bytes] | None = None
        controller, self._secured_port = free_port(), free_port()
        self.authority, key = self_signed(folder)
        """the certificate that vouches for the broker, PEM"""
        (folder / "broker.pem").write_bytes(key.read_bytes() + self.authority.read_bytes())
        self._properties.write_text(
            f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{self._port},SASL_SSL://127.0.0.1:{self._secured_port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{self._port},SASL_SSL://127.0.0.1:{self._secured_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config={PLAIN} required user_{USER}="{PASSWORD}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={SCRAM} required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={SCRAM} required;
log.dirs={folder}/logs
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
"""
        )

    @property
    def servers(self) -> str:
        """What `bootstrap_servers` takes."""
        return f"127.0.0.1:{self._port}"

    @property
    def secured(self) -> str:
        """The same, for clients that encrypt and sign in."""
        return f"127.0.0.1:{self._secured_port}"

    def format(self) -> None:
        """Make the storage of a new cluster."""
        identity = uuid.uuid4().hex[:22]
        users = [
            word
            for digest in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for word in ("--add-scram", f"{digest}=[name={USER},password={PASSWORD}]")
        ]
        command = ["format", "-t", identity, "-c", str(self._properties), *users]
        self._java("kafka.tools.StorageTool", *command).wait(timeout=60)

    async def start(self, *, within_s: float = 60.0) -> None:
        """Start and wait until it listens."""
        self._child = self._java("kafka.Kafka", str(self._properties))
        async with asyncio.timeout(within_s):
            while True:
                assert self._child.poll() is None, f"Kafka ended at once: read {self._folder}/output.log"
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                except OSError:
                    await asyncio.sleep(0.1)
                else:
                    writer.close()
                    await writer.wait_closed()
                    return

    async def stop(self) -> None:
        """Killed, as in a crash."""
        assert self._child is not None
        await children.stop(self._child, first=signal.SIGKILL, within_s=5.0)

    def _java(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", self._classpath, main]
        return children.spawn([*command, *arguments], log=self._folder / "output.log", death_signal=signal.SIGKILL)

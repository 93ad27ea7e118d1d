"""`python -m tests.kafka_server fetch`: Apache Kafka into the user's cache, with a word on what is missing."""

import shutil
import subprocess
import sys

from rich.console import Console

from tests.kafka_server.server import OLDEST_JAVA, java_version, libraries, version


def main(arguments: list[str]) -> str | None:
    """What went wrong, in words; None when Kafka is there."""
    if arguments != ["fetch"]:
        return "usage: python -m tests.kafka_server fetch"
    if (java := java_version()) < OLDEST_JAVA:
        here = f"this is {java}" if java else "here is none"
        return f"Kafka needs Java {OLDEST_JAVA} or newer, {here}: apt install default-jre-headless"
    if shutil.which("mvn") is None:
        return "Maven fetches Kafka: apt install maven"
    with Console(stderr=True).status(f"Apache Kafka {version()} from Maven (some 100 MB, once)"):
        try:
            folder = libraries()
        except subprocess.SubprocessError as failed:
            return f"Maven could not fetch Kafka from Maven Central, or the mirror of ~/.m2/settings.xml: {failed}"
    print(f"Apache Kafka {version()}: {len(list(folder.glob('*.jar')))} files in {folder}")
    return None


sys.exit(main(sys.argv[1:]))

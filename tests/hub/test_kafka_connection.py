import ssl
from pathlib import Path

import pytest

from contracts.errors import ConfigurationError
from hub.kafka.bus import partition_for
from hub.kafka.connection import connection_of
from hub.settings import KafkaSettings


def settings(**values: object) -> KafkaSettings:
    return KafkaSettings.model_validate({"bootstrap_servers": "k1:9092,k2:9092", **values})


def test_a_plain_cluster_is_reached_plainly_with_an_idempotent_producer() -> None:
    connection = connection_of(settings())
    assert connection.servers == "k1:9092,k2:9092"
    assert connection.security == {"security_protocol": "PLAINTEXT"}
    assert connection.idempotent
    assert not connection.memory_only


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_sasl_settings_become_aiokafkas(mechanism: str) -> None:
    connection = connection_of(
        settings(
            security_protocol="SASL_PLAINTEXT", sasl_mechanism=mechanism, sasl_username="hub", sasl_password="secret"
        )
    )
    assert connection.security == {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": mechanism,
        "sasl_plain_username": "hub",
        "sasl_plain_password": "secret",
    }


def test_tls_checks_the_brokers_name_and_certificate() -> None:
    context = connection_of(settings(security_protocol="SSL")).security["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_sasl_over_tls_has_both() -> None:
    security = connection_of(settings(security_protocol="SASL_SSL", sasl_username="hub")).security
    assert {"ssl_context", "sasl_mechanism", "sasl_plain_username"} <= security.keys()


def test_sasl_without_a_user_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="HUB_KAFKA__SASL_USERNAME"):
        connection_of(settings(security_protocol="SASL_PLAINTEXT"))


def test_a_certificate_that_is_not_there_is_refused_with_the_settings_that_name_it() -> None:
    with pytest.raises(ConfigurationError, match="HUB_KAFKA__SSL_CAFILE"):
        connection_of(settings(security_protocol="SSL", ssl_cafile=Path("/nowhere/ca.pem")))


@pytest.mark.parametrize(
    ("key", "partitions", "partition"),
    [
        # From Apache Kafka's own client: Utils.toPositive(Utils.murmur2(key)) % partitions.
        pytest.param("21", 1000, (-973932308 & 0x7FFFFFFF) % 1000, id="UtilsTest: 21"),
        pytest.param("foobar", 1000, (-790332482 & 0x7FFFFFFF) % 1000, id="UtilsTest: foobar"),
        pytest.param("a-little-bit-long-string", 16, (-985981536 & 0x7FFFFFFF) % 16, id="UtilsTest: long"),
    ],
)
def test_a_key_goes_to_the_partition_that_every_kafka_client_computes(
    key: str, partitions: int, partition: int
) -> None:
    assert partition_for(key, partitions) == partition

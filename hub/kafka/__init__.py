"""The bus on Kafka's wire protocol: Apache Kafka, or the embedded broker. The only package that knows aiokafka."""

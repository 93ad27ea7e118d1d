"""The intake's statements: a report is seen, its personal fields sealed and its signal promised in one round trip."""

from sqlalchemy import text

from contracts.topics import SIGNALS

COLUMNS = """unnest(
    CAST(:feeds AS text[]), CAST(:origins AS text[]), CAST(:numbers AS text[]), CAST(:updates AS int[]),
    CAST(:hashes AS text[]), CAST(:signal_ids AS text[]), CAST(:reported AS timestamptz[]),
    CAST(:sealed AS bytea[]), CAST(:identities AS text[]), CAST(:keys AS text[]), CAST(:partitions AS int[]),
    CAST(:bodies AS bytea[])
) WITH ORDINALITY AS n(feed, origin, source_ref, update_no, content_hash, signal_id, reported_at, sealed, identity,
                       key, partition, body, place)"""

# One statement is one transaction: a report is seen, its personal fields sealed and its signal promised, or nothing.
STORE = text(
    f"""
    WITH incoming AS (SELECT * FROM {COLUMNS}),
    seen AS (
        INSERT INTO intake_seen (feed, origin, source_ref, update_no, content_hash, signal_id, reported_at,
                                 received_at, heard_at)
        SELECT feed, origin, source_ref, update_no, content_hash, signal_id, reported_at, :now, :now FROM incoming
        ON CONFLICT DO NOTHING RETURNING signal_id
    ),
    personal AS (
        INSERT INTO personal_fields (signal_id, sealed, received_at, destroy_after)
        SELECT signal_id, sealed, :now, CAST(:now AS timestamptz) + make_interval(days => CAST(:kept_days AS int))
        FROM incoming JOIN seen USING (signal_id) WHERE sealed IS NOT NULL
        ON CONFLICT (signal_id) DO UPDATE SET sealed = EXCLUDED.sealed, received_at = EXCLUDED.received_at,
            destroy_after = EXCLUDED.destroy_after
    ),
    promised AS (
        INSERT INTO outbox (identity, topic, key, partition, body, published_at, tries)
        SELECT identity, '{SIGNALS.name}', key, partition, body, CAST(:handed_over AS timestamptz),
               num_nonnulls(CAST(:handed_over AS timestamptz))
        FROM incoming JOIN seen USING (signal_id)
        ORDER BY place ON CONFLICT (identity) DO NOTHING
    )
    SELECT signal_id, CASE WHEN CAST(:handed_over AS timestamptz) IS NULL THEN pg_notify('outbox', '') END FROM seen
    """
)
# A repeat is still a sign of life of its source.
HEAR_AGAIN = text(
    f"""
    UPDATE intake_seen AS s SET heard_at = greatest(s.heard_at, :now) FROM {COLUMNS}
    WHERE s.feed = n.feed AND s.origin = n.origin AND s.source_ref = n.source_ref
      AND s.content_hash = n.content_hash
    RETURNING s.signal_id
    """
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:signal_id, 0))")
LAST_UPDATE = text(
    "SELECT max(update_no) FROM intake_seen WHERE feed = :feed AND origin = :origin AND source_ref = :number"
)

AUDIT_DROP = text("""
    INSERT INTO audit (at, login, unit, role, act, object, reason, detail)
    VALUES (:at, :origin, '', 'source', 'personal_dropped', :signal_id, 'P2',
            jsonb_build_object('fields', CAST(:fields AS text[])))
""")

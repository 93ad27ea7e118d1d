"""The ledger's statements: each writes or reads a whole batch in one round trip."""

from sqlalchemy import text

KNOWN = text("""
    SELECT j.district, j.identity FROM journal j
    JOIN unnest(CAST(:districts AS text[]), CAST(:identities AS text[])) AS asked(district, identity)
      USING (district, identity)
""")

_SENT = """
        INSERT INTO outbox (identity, topic, key, partition, body)
        SELECT * FROM unnest(CAST(:sent_identities AS text[]), CAST(:sent_topics AS text[]), CAST(:sent_keys AS text[]),
                             CAST(:sent_partitions AS int[]), CAST(:sent_bodies AS bytea[]))
        ON CONFLICT (identity) DO NOTHING
        RETURNING 1
"""
"""what other districts must do, into the outbox; the same identity twice is one"""

# All of a page in one statement, which is one transaction: nine round trips fewer while the log's lock is held.
# The last line asks for every part, so that the lock that orders all changes is taken after the rows are written.
PAGE = text(f"""
    WITH journalled AS (
        INSERT INTO journal (district, position, record_type, identity, arrived_at, record)
        SELECT * FROM unnest(CAST(:journal_districts AS text[]), CAST(:journal_positions AS bigint[]),
                             CAST(:journal_types AS text[]), CAST(:journal_identities AS text[]),
                             CAST(:journal_arrivals AS timestamptz[]), CAST(:journal_records AS bytea[]))
        RETURNING 1
    ), heard AS (
        INSERT INTO signals (signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at,
                             received_at, exercise, doc)
        SELECT signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at, received_at,
               exercise, CAST(doc AS jsonb)
        FROM unnest(CAST(:signal_ids AS text[]), CAST(:signal_districts AS text[]), CAST(:signal_sources AS text[]),
                    CAST(:signal_refs AS text[]), CAST(:signal_updates AS int[]), CAST(:signal_types AS text[]),
                    CAST(:signal_incidents AS text[]), CAST(:signal_observed AS timestamptz[]),
                    CAST(:signal_received AS timestamptz[]), CAST(:signal_exercises AS boolean[]),
                    CAST(:signal_docs AS text[]))
          AS t(signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at, received_at,
               exercise, doc)
        ON CONFLICT (signal_id) DO UPDATE SET
            update_no = excluded.update_no, event_type = excluded.event_type, incident_id = excluded.incident_id,
            observed_at = excluded.observed_at, received_at = excluded.received_at, exercise = excluded.exercise,
            doc = excluded.doc
        WHERE signals.update_no < excluded.update_no
        RETURNING 1
    ), told AS (
        INSERT INTO incidents (incident_id, label, district, revision, kind, severity, state, merged_into, exercise,
                               observed_at, last_signal_at, decided_at, lat, lon, doc)
        SELECT incident_id, label, district, revision, kind, severity, state, merged_into, exercise, observed_at,
               last_signal_at, decided_at, lat, lon, CAST(doc AS jsonb)
        FROM unnest(CAST(:incident_ids AS text[]), CAST(:incident_labels AS text[]),
                    CAST(:incident_districts AS text[]), CAST(:incident_revisions AS int[]),
                    CAST(:incident_kinds AS text[]), CAST(:incident_severities AS int[]),
                    CAST(:incident_states AS text[]), CAST(:incident_merged AS text[]),
                    CAST(:incident_exercises AS boolean[]), CAST(:incident_observed AS timestamptz[]),
                    CAST(:incident_last AS timestamptz[]), CAST(:incident_decided AS timestamptz[]),
                    CAST(:incident_lats AS float8[]), CAST(:incident_lons AS float8[]),
                    CAST(:incident_docs AS text[]))
          AS t(incident_id, label, district, revision, kind, severity, state, merged_into, exercise, observed_at,
               last_signal_at, decided_at, lat, lon, doc)
        ON CONFLICT (incident_id) DO UPDATE SET
            revision = excluded.revision, kind = excluded.kind, severity = excluded.severity, state = excluded.state,
            merged_into = excluded.merged_into, exercise = excluded.exercise, observed_at = excluded.observed_at,
            last_signal_at = excluded.last_signal_at, decided_at = excluded.decided_at, lat = excluded.lat,
            lon = excluded.lon, doc = excluded.doc
        WHERE incidents.revision < excluded.revision
        RETURNING 1
    ), reasons AS (
        INSERT INTO decisions (decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, doc)
        SELECT decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, CAST(doc AS jsonb)
        FROM unnest(CAST(:decision_ids AS text[]), CAST(:decision_districts AS text[]),
                    CAST(:decision_positions AS bigint[]), CAST(:decision_signals AS text[]),
                    CAST(:decision_incidents AS text[]), CAST(:decision_chosen AS text[]),
                    CAST(:decision_ps AS float8[]), CAST(:decision_decided AS timestamptz[]),
                    CAST(:decision_docs AS text[]))
          AS t(decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, doc)
        RETURNING 1
    ), to_tell AS (
        INSERT INTO fusion_outbox (topic, key, body)
        SELECT * FROM unnest(CAST(:tell_topics AS text[]), CAST(:tell_keys AS text[]), CAST(:tell_bodies AS bytea[]))
        RETURNING 1
    ), sent AS (
        {_SENT}
    ), done AS (
        DELETE FROM outbox WHERE identity = ANY(CAST(:done_with AS text[])) RETURNING 1
    )
    SELECT log_changes(CAST(:changed AS text[]), 'fusion', CAST(:at AS timestamptz)),
           (SELECT count(pg_notify('outbox', '')) FROM sent)
    WHERE (SELECT count(*) FROM journalled) + (SELECT count(*) FROM heard) + (SELECT count(*) FROM told)
        + (SELECT count(*) FROM reasons) + (SELECT count(*) FROM to_tell) + (SELECT count(*) FROM done) >= 0
""")

SEND = text(f"WITH sent AS ({_SENT}) SELECT count(pg_notify('outbox', '')) FROM sent")

RESEAT = text("""
    UPDATE signals SET incident_id = t.incident_id
    FROM unnest(CAST(:ids AS text[]), CAST(:incidents AS text[])) AS t(signal_id, incident_id)
    WHERE signals.signal_id = t.signal_id AND signals.incident_id IS DISTINCT FROM t.incident_id
""")

SNAPSHOT = text("SELECT position, state FROM fusion_snapshots WHERE district = :district")

TAIL = text("""
    SELECT position, record_type, arrived_at, record FROM journal
    WHERE district = :district AND position > :position ORDER BY position
""")

RECORDED = text("""
    SELECT position, record_type, arrived_at, record FROM journal
    WHERE record_type IN ('signal', 'action') AND (CAST(:district AS text) IS NULL OR district = :district)
      AND (CAST(:since AS timestamptz) IS NULL OR arrived_at >= :since)
    ORDER BY arrived_at, district, position
""")

SAVE_SNAPSHOT = text("""
    INSERT INTO fusion_snapshots (district, position, taken_at, state)
    VALUES (:district, :position, :at, :state)
    ON CONFLICT (district) DO UPDATE SET
        position = excluded.position, taken_at = excluded.taken_at, state = excluded.state
    WHERE fusion_snapshots.position < excluded.position
""")

# One index look-up per district instead of a walk over the whole journal.
DISTRICTS = text("""
    WITH RECURSIVE found AS (
        SELECT min(district) AS district FROM journal
        UNION ALL
        SELECT (SELECT min(j.district) FROM journal j WHERE j.district > found.district)
        FROM found WHERE found.district IS NOT NULL
    )
    SELECT district FROM found WHERE district IS NOT NULL
""")

# Only one worker tells at a time, so that an incident's revisions stay in order.
UNTOLD = text("""
    WITH may AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('fusion_outbox')) AS tell)
    SELECT id, topic, key, body FROM fusion_outbox, may WHERE may.tell ORDER BY id LIMIT :most
""")

# Waits for no disk: what a power cut brings back is told twice, and consumers go by id and revision.
TOLD = text("""
    DELETE FROM fusion_outbox WHERE id = ANY(CAST(:ids AS bigint[]))
    RETURNING set_config('synchronous_commit', 'off', true)
""")

DECISIONS_OF = text("SELECT CAST(doc AS text) FROM decisions WHERE signal_id = :signal_id ORDER BY position")

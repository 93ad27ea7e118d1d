"""The ledger's statements: each writes or reads a whole batch in one round trip."""

from sqlalchemy import text

KNOWN = text("""
    SELECT j.district, j.identity FROM journal j
    JOIN unnest(CAST(:districts AS text[]), CAST(:identities AS text[])) AS asked(district, identity)
      USING (district, identity)
""")

JOURNAL = text("""
    INSERT INTO journal (district, position, record_type, identity, arrived_at, record)
    SELECT * FROM unnest(CAST(:districts AS text[]), CAST(:positions AS bigint[]), CAST(:types AS text[]),
                         CAST(:identities AS text[]), CAST(:arrivals AS timestamptz[]), CAST(:records AS bytea[]))
""")

SIGNALS = text("""
    INSERT INTO signals (signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at,
                         received_at, exercise, doc)
    SELECT signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at, received_at,
           exercise, CAST(doc AS jsonb)
    FROM unnest(CAST(:ids AS text[]), CAST(:districts AS text[]), CAST(:sources AS text[]), CAST(:refs AS text[]),
                CAST(:updates AS int[]), CAST(:types AS text[]), CAST(:incidents AS text[]),
                CAST(:observed AS timestamptz[]), CAST(:received AS timestamptz[]), CAST(:exercises AS boolean[]),
                CAST(:docs AS text[]))
      AS t(signal_id, district, source, source_ref, update_no, event_type, incident_id, observed_at, received_at,
           exercise, doc)
    ON CONFLICT (signal_id) DO UPDATE SET
        update_no = excluded.update_no, event_type = excluded.event_type, incident_id = excluded.incident_id,
        observed_at = excluded.observed_at, received_at = excluded.received_at, exercise = excluded.exercise,
        doc = excluded.doc
    WHERE signals.update_no < excluded.update_no
""")

RESEAT = text("""
    UPDATE signals SET incident_id = t.incident_id
    FROM unnest(CAST(:ids AS text[]), CAST(:incidents AS text[])) AS t(signal_id, incident_id)
    WHERE signals.signal_id = t.signal_id AND signals.incident_id IS DISTINCT FROM t.incident_id
""")

INCIDENTS = text("""
    INSERT INTO incidents (incident_id, label, district, revision, kind, severity, state, merged_into, exercise,
                           observed_at, last_signal_at, decided_at, lat, lon, doc)
    SELECT incident_id, label, district, revision, kind, severity, state, merged_into, exercise, observed_at,
           last_signal_at, decided_at, lat, lon, CAST(doc AS jsonb)
    FROM unnest(CAST(:ids AS text[]), CAST(:labels AS text[]), CAST(:districts AS text[]), CAST(:revisions AS int[]),
                CAST(:kinds AS text[]), CAST(:severities AS int[]), CAST(:states AS text[]), CAST(:merged AS text[]),
                CAST(:exercises AS boolean[]), CAST(:observed AS timestamptz[]), CAST(:last AS timestamptz[]),
                CAST(:decided AS timestamptz[]), CAST(:lats AS float8[]), CAST(:lons AS float8[]),
                CAST(:docs AS text[]))
      AS t(incident_id, label, district, revision, kind, severity, state, merged_into, exercise, observed_at,
           last_signal_at, decided_at, lat, lon, doc)
    ON CONFLICT (incident_id) DO UPDATE SET
        revision = excluded.revision, kind = excluded.kind, severity = excluded.severity, state = excluded.state,
        merged_into = excluded.merged_into, exercise = excluded.exercise, observed_at = excluded.observed_at,
        last_signal_at = excluded.last_signal_at, decided_at = excluded.decided_at, lat = excluded.lat,
        lon = excluded.lon, doc = excluded.doc
    WHERE incidents.revision < excluded.revision
""")

DECISIONS = text("""
    INSERT INTO decisions (decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, doc)
    SELECT decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, CAST(doc AS jsonb)
    FROM unnest(CAST(:ids AS text[]), CAST(:districts AS text[]), CAST(:positions AS bigint[]),
                CAST(:signals AS text[]), CAST(:incidents AS text[]), CAST(:chosen AS text[]), CAST(:ps AS float8[]),
                CAST(:decided AS timestamptz[]), CAST(:docs AS text[]))
      AS t(decision_id, district, position, signal_id, incident_id, chosen, p, decided_at, doc)
""")

TELL = text("""
    INSERT INTO fusion_outbox (topic, key, body)
    SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:bodies AS bytea[]))
""")

CLEAR_OUTBOX = text("DELETE FROM outbox WHERE identity = ANY(CAST(:identities AS text[]))")

LOG_CHANGES = text("SELECT log_changes(CAST(:ids AS text[]), 'fusion', CAST(:at AS timestamptz))")

SNAPSHOT = text("SELECT position, state FROM fusion_snapshots WHERE district = :district")

TAIL = text("""
    SELECT position, record_type, arrived_at, record FROM journal
    WHERE district = :district AND position > :position ORDER BY position
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
MAY_TELL = text("SELECT pg_try_advisory_xact_lock(hashtext('fusion_outbox'))")

UNTOLD = text("SELECT id, topic, key, body FROM fusion_outbox ORDER BY id LIMIT :most")

TOLD = text("DELETE FROM fusion_outbox WHERE id = ANY(CAST(:ids AS bigint[]))")

DECISIONS_OF = text("SELECT CAST(doc AS text) FROM decisions WHERE signal_id = :signal_id ORDER BY position")

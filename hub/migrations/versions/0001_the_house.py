"""The first schema: journal, incidents, change log, outbox, personal fields, dead letters, users, audit.

Revision ID: 0001
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# One statement per entry: asyncpg prepares statements, and a prepared statement holds one command.
STATEMENTS = (
    # ── accepted, not yet journalled. Whoever accepts writes; fusion's ledger deletes by identity.
    """
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        identity text NOT NULL UNIQUE,
        topic text NOT NULL,
        key text NOT NULL,
        partition int,
        body bytea NOT NULL,
        accepted_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz,
        tries int NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL",
    "CREATE INDEX outbox_published ON outbox (published_at)",
    # ── fusion: single writer of the next four
    """
    CREATE TABLE journal (
        district text NOT NULL,
        position bigint NOT NULL,
        record_type text NOT NULL CHECK (record_type IN ('signal', 'action', 'tick', 'params')),
        identity text NOT NULL,
        arrived_at timestamptz NOT NULL,
        record bytea NOT NULL,
        PRIMARY KEY (district, position),
        UNIQUE (district, identity)
    )
    """,
    """
    CREATE TABLE fusion_snapshots (
        district text PRIMARY KEY,
        position bigint NOT NULL,
        taken_at timestamptz NOT NULL,
        state bytea NOT NULL
    )
    """,
    """
    CREATE TABLE signals (
        signal_id text PRIMARY KEY,
        district text NOT NULL,
        source text NOT NULL,
        source_ref text NOT NULL,
        update_no int NOT NULL,
        event_type text NOT NULL,
        incident_id text,
        observed_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        exercise boolean NOT NULL,
        doc jsonb NOT NULL
    )
    """,
    "CREATE INDEX signals_by_incident ON signals (incident_id)",
    "CREATE INDEX signals_by_source ON signals (source, received_at DESC)",
    """
    CREATE TABLE incidents (
        incident_id text PRIMARY KEY,
        label text NOT NULL,
        district text NOT NULL,
        revision int NOT NULL,
        kind text NOT NULL,
        severity int NOT NULL,
        state text NOT NULL,
        merged_into text,
        exercise boolean NOT NULL,
        observed_at timestamptz NOT NULL,
        last_signal_at timestamptz NOT NULL,
        decided_at timestamptz NOT NULL,
        lat double precision NOT NULL,
        lon double precision NOT NULL,
        doc jsonb NOT NULL
    )
    """,
    "CREATE INDEX incidents_live ON incidents (severity, observed_at DESC) "
    "WHERE state NOT IN ('closed', 'rejected', 'merged')",
    "CREATE INDEX incidents_by_time ON incidents (observed_at DESC, incident_id)",
    "CREATE INDEX incidents_by_label ON incidents (label)",
    """
    CREATE TABLE decisions (
        decision_id text PRIMARY KEY,
        district text NOT NULL,
        position bigint NOT NULL,
        signal_id text NOT NULL,
        incident_id text,
        chosen text NOT NULL,
        p double precision NOT NULL,
        decided_at timestamptz NOT NULL,
        doc jsonb NOT NULL
    )
    """,
    "CREATE INDEX decisions_by_signal ON decisions (signal_id, position)",
    "CREATE INDEX decisions_by_incident ON decisions (incident_id, position)",
    # ── what fusion still has to tell Kafka (topics incidents, action-results): written in its transaction
    """
    CREATE TABLE fusion_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL,
        body bytea NOT NULL
    )
    """,
    # ── the wall's ordered change log. A sequence is not commit order, so its number is taken under a row lock
    #    that is held until commit: gapless, and whoever sees N has seen all before it.
    "CREATE TABLE change_counter (feed text PRIMARY KEY, n bigint NOT NULL)",
    "INSERT INTO change_counter VALUES ('board', 0)",
    """
    CREATE TABLE changes (
        seq bigint PRIMARY KEY,
        incident_id text NOT NULL,
        cause text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    """
    CREATE FUNCTION log_changes(ids text[], cause text, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE last_seq bigint;
    BEGIN
        IF cardinality(ids) = 0 THEN RETURN NULL; END IF;
        UPDATE change_counter SET n = n + cardinality(ids) WHERE feed = 'board' RETURNING n INTO last_seq;
        INSERT INTO changes (seq, incident_id, cause, at)
            SELECT last_seq - cardinality(ids) + i, id, log_changes.cause, log_changes.at
            FROM unnest(ids) WITH ORDINALITY AS t(id, i);
        PERFORM pg_notify('board', last_seq::text);
        RETURN last_seq;
    END $$
    """,
    # ── feeds
    """
    CREATE TABLE intake_seen (
        feed text NOT NULL,
        origin text NOT NULL,
        source_ref text NOT NULL,
        update_no int NOT NULL,
        content_hash text NOT NULL,
        signal_id text NOT NULL,
        reported_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        heard_at timestamptz NOT NULL,
        PRIMARY KEY (feed, origin, source_ref, update_no)
    )
    """,
    "CREATE INDEX intake_by_time ON intake_seen (feed, received_at DESC)",
    "CREATE INDEX intake_by_hearing ON intake_seen (feed, heard_at DESC)",
    """
    CREATE TABLE personal_fields (
        signal_id text PRIMARY KEY,
        sealed bytea NOT NULL,
        received_at timestamptz NOT NULL,
        destroy_after timestamptz
    )
    """,
    """
    CREATE TABLE rejected (
        rejected_id text PRIMARY KEY,
        source text NOT NULL,
        origin text NOT NULL,
        source_ref text NOT NULL,
        reason text NOT NULL,
        field text NOT NULL,
        hint text NOT NULL,
        received_at timestamptz NOT NULL,
        times int NOT NULL DEFAULT 1,
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'retried', 'expired', 'refused')),
        sealed bytea,
        expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX rejected_by_time ON rejected (received_at DESC, rejected_id)",
    "CREATE INDEX rejected_by_source ON rejected (source, received_at DESC)",
    # ── cameras: PostgreSQL is the registry, streams.yaml is applied to it as a difference
    "CREATE TABLE cameras (camera_id text PRIMARY KEY, doc jsonb NOT NULL, updated_at timestamptz NOT NULL)",
    # ── console: people
    """
    CREATE TABLE users (
        login text PRIMARY KEY,
        display_name text NOT NULL,
        unit text NOT NULL,
        role text NOT NULL,
        password_hash text,
        failed_logins int NOT NULL DEFAULT 0,
        locked_until timestamptz,
        disabled boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE sessions (
        token_hash text PRIMARY KEY,
        login text NOT NULL REFERENCES users (login),
        created_at timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE sign_in_links (
        token_hash text PRIMARY KEY,
        login text NOT NULL REFERENCES users (login),
        expires_at timestamptz NOT NULL,
        used_at timestamptz
    )
    """,
    """
    CREATE TABLE api_tokens (
        token_hash text PRIMARY KEY,
        login text NOT NULL REFERENCES users (login),
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
    )
    """,
    """
    CREATE TABLE source_keys (
        key_hash text PRIMARY KEY,
        source text NOT NULL,
        feeds text[] NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
    )
    """,
    # ── console: handling, beside fusion's lifecycle
    """
    CREATE TABLE handling (
        incident_id text PRIMARY KEY,
        version int NOT NULL,
        doc jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE handling_log (
        action_id text PRIMARY KEY,
        incident_id text NOT NULL,
        action text NOT NULL,
        login text NOT NULL,
        at timestamptz NOT NULL,
        reason text NOT NULL,
        arguments jsonb NOT NULL,
        before jsonb,
        after jsonb,
        undone_by text,
        refused text NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX handling_log_by_incident ON handling_log (incident_id, at)",
    """
    CREATE TABLE audit (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        login text NOT NULL,
        unit text NOT NULL,
        role text NOT NULL,
        act text NOT NULL,
        object text NOT NULL,
        reason text NOT NULL,
        detail jsonb NOT NULL
    )
    """,
    "CREATE INDEX audit_by_time ON audit (at DESC)",
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$
    """,
    "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)

TABLES = (
    "audit", "handling_log", "handling", "source_keys", "api_tokens", "sign_in_links", "sessions", "users", "cameras",
    "rejected", "personal_fields", "intake_seen", "changes", "change_counter", "fusion_outbox", "decisions",
    "incidents", "signals", "fusion_snapshots", "journal", "outbox",
)  # fmt: skip


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION log_changes")
    op.execute("DROP FUNCTION audit_is_append_only")

"""What is hidden on purpose and until when, and what is told to the webhooks of others.

Revision ID: 0004
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    # ── console: suppressions. `state` is what every reader goes by; one console moves it on, whichever is first.
    """
    CREATE TABLE suppressions (
        suppression_id text PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('planned', 'active', 'ended')),
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        doc jsonb NOT NULL
    )
    """,
    "CREATE INDEX suppressions_now ON suppressions (state) WHERE state <> 'ended'",
    "CREATE INDEX suppressions_past ON suppressions (ended_at DESC) WHERE state = 'ended'",
    # ── each signal that one of them covered, once
    """
    CREATE TABLE suppression_hits (
        suppression_id text NOT NULL REFERENCES suppressions (suppression_id),
        signal_id text NOT NULL,
        incident_id text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (suppression_id, signal_id)
    )
    """,
    # ── who is tied to an incident: a tie is noted on the newer of two
    "CREATE INDEX incidents_related ON incidents USING gin ((doc->'related') jsonb_path_ops)",
    # ── outbound webhooks: how far each has read the change log, and what it has yet to be told
    "CREATE TABLE webhook_cursors (target text PRIMARY KEY, seq bigint NOT NULL)",
    """
    CREATE TABLE webhook_deliveries (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        target text NOT NULL,
        incident_id text NOT NULL,
        revision int NOT NULL,
        body bytea NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
        created_at timestamptz NOT NULL,
        next_try_at timestamptz NOT NULL,
        tries int NOT NULL DEFAULT 0,
        last_error text NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (target, id) WHERE state = 'waiting'",
    "CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (id DESC) WHERE state = 'dead'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX incidents_related")
    for table in ("webhook_deliveries", "webhook_cursors", "suppression_hits", "suppressions"):
        op.execute(f"DROP TABLE {table}")

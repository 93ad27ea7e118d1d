"""What people answered about decisions that nobody had doubted; where in the journals parameters changed.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    # ── console: one answer a decision. `nats` and `weight` are what calibration reads; `same`: the signal is of the
    #    incident that was asked about, which the decision joined (chosen = join) or left aside (chosen = new).
    """
    CREATE TABLE labels (
        decision_id text PRIMARY KEY,
        signal_id text NOT NULL,
        incident_id text NOT NULL,
        source text NOT NULL,
        chosen text NOT NULL CHECK (chosen IN ('join', 'new')),
        nats double precision NOT NULL,
        same boolean NOT NULL,
        weight double precision NOT NULL CHECK (weight >= 1),
        params_version text NOT NULL,
        login text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX labels_by_time ON labels (at)",
    "CREATE INDEX journal_params ON journal (arrived_at, district) WHERE record_type = 'params'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX journal_params")
    op.execute("DROP TABLE labels")

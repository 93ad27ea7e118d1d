"""What is usual of each camera's picture, and when each camera gave a picture and a good one.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    # ── vision: what was learned of a camera; `view` tells how it hung and looked when it was learned
    """
    CREATE TABLE camera_baselines (
        camera_id text PRIMARY KEY,
        view text NOT NULL,
        learned bytea NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    # ── vision: one row per stretch of unchanged health. What no row covers was not watched: no data.
    """
    CREATE TABLE camera_health (
        camera_id text NOT NULL,
        began_at timestamptz NOT NULL,
        seen_until timestamptz NOT NULL CHECK (seen_until >= began_at),
        bureau text NOT NULL,
        online boolean NOT NULL,
        defects text[] NOT NULL DEFAULT '{}',
        PRIMARY KEY (camera_id, began_at)
    )
    """,
    "CREATE INDEX camera_health_seen ON camera_health (seen_until)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE camera_health")
    op.execute("DROP TABLE camera_baselines")

"""Versions of fusion's parameters, and which of them people put into force.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    # ── fusion: what a fit proposed, with the report by which a person decides. Never changed.
    """
    CREATE TABLE parameter_versions (
        version text PRIMARY KEY,
        made_at timestamptz NOT NULL,
        params text NOT NULL,
        report jsonb NOT NULL
    )
    """,
    # ── fusion: who put which version into force, append-only; the newest row holds. No version: the settings' file.
    """
    CREATE TABLE parameter_acts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        version text REFERENCES parameter_versions (version),
        act text NOT NULL CHECK (act IN ('apply', 'take_back')),
        login text NOT NULL,
        reason text NOT NULL CHECK (reason <> ''),
        at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE parameter_acts")
    op.execute("DROP TABLE parameter_versions")

"""Cameras come from a file or from the console, are held by one vision worker each, and their changes are told.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE cameras ADD COLUMN origin text NOT NULL DEFAULT 'file' CHECK (origin IN ('file', 'console'))",
    # As it was written, for a camera that stands in no file.
    "ALTER TABLE cameras ADD COLUMN entry jsonb",
    # Which share of the cameras it belongs to: a partition of the topic `camera-shares`.
    "ALTER TABLE cameras ADD COLUMN share int NOT NULL DEFAULT 0",
    """
    CREATE FUNCTION tell_cameras() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('cameras', ''); RETURN NULL; END $$
    """,
    "CREATE TRIGGER cameras_told AFTER INSERT OR UPDATE OR DELETE ON cameras "
    "FOR EACH STATEMENT EXECUTE FUNCTION tell_cameras()",
    # ── what became of each streams.yaml that a process reads
    """
    CREATE TABLE camera_files (
        source text PRIMARY KEY,
        read_at timestamptz NOT NULL,
        cameras int NOT NULL,
        problems jsonb NOT NULL
    )
    """,
    # ── who holds a share now. Whoever takes it over gets a greater epoch; what the former still says is refused.
    """
    CREATE TABLE camera_shares (
        share int PRIMARY KEY,
        epoch bigint NOT NULL,
        holder text,
        held_until timestamptz NOT NULL,
        contested_at timestamptz
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE camera_shares")
    op.execute("DROP TABLE camera_files")
    op.execute("DROP TRIGGER cameras_told ON cameras")
    op.execute("DROP FUNCTION tell_cameras")
    for column in ("share", "entry", "origin"):
        op.execute(f"ALTER TABLE cameras DROP COLUMN {column}")

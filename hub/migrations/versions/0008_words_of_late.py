"""The newest signals with words are found without sorting all: how usual words are is asked every ten minutes.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX signals_with_words ON signals (received_at DESC) WHERE doc -> 'words' <> '[]'")


def downgrade() -> None:
    op.execute("DROP INDEX signals_with_words")

"""The console's tables and its view of what fusion wrote."""

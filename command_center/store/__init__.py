"""The console's tables in PostgreSQL; the only modules of this package that know SQL."""

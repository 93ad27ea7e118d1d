"""The command `hub`: one file per group of commands."""

"""A person's correction as a test case: cut out of the journal, kept as one file, run under any later model."""

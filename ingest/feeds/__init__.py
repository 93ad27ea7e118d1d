"""Raw records of the four feeds → a report, or a rejection that says what to mend."""

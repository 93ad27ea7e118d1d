"""What people and other systems report, from raw bytes to a report or the reasons why not. Pure: no clock, no I/O."""

"""Learning by people's leave: from what they confirmed, corrected and answered to a new version of the parameters.

Nothing here learns from the hub's own unchecked output, which was measured to make it worse (`fusion.md`), and
nothing here takes effect: a version is put into force by a person.
"""

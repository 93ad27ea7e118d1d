"""The simulator and the parsers agree: what one writes the other reads, but for what was spoiled on purpose."""

import itertools
import random
import re
from collections import Counter
from datetime import timedelta

from contracts.geo import Datum
from hub.demo.settings import BOUNDS
from hub.simulate.letters import Clerk
from hub.simulate.scenario import opening, ordinary_days
from hub.simulate.town import load_town
from ingest.feeds.context import FeedContext, Parsed, Unread
from ingest.feeds.parse import parse
from tests.hub.reports import GAZETTEER, MAP, NOW

UNDERSTOOD = frozenset({"category", "level", "class_code", "landmark_no", "grid_code"})


def test_a_simulated_day_is_read_but_for_what_was_spoiled_on_purpose() -> None:
    town, rng = load_town(MAP), random.Random(7)
    clerk = Clerk(town, rng, NOW)
    script = itertools.islice(ordinary_days(clerk, town, rng, rate=30, hurry=10), 800)
    became: Counter[str] = Counter()
    for letter in itertools.chain(opening(clerk, town, rng), script):
        context = FeedContext(
            now=NOW + timedelta(seconds=letter.due_s), source="simulator", gazetteer=GAZETTEER,
            datum={"police_110": Datum.GCJ02}, bounds=BOUNDS,
        )  # fmt: skip
        outcome = parse(letter.feed, letter.body, context)
        became[type(outcome).__name__] += 1
        if isinstance(outcome, Unread):
            assert letter.note, outcome.errors
        if isinstance(outcome, Parsed):
            doubted = {warning.field.rsplit(".", 1)[-1] for warning in outcome.warnings}
            assert not doubted & UNDERSTOOD, outcome.warnings
            assert not re.search(r"1[- ]?3[- ]?8[- ]?0[- ]?0[- ]?0[- ]?0", outcome.report.model_dump_json())
    assert became["Parsed"] > 700
    assert became["Unread"] > 0

from hypothesis import given
from hypothesis import strategies as st

from contracts.cameras import Rule
from detectors.observations import Storyteller
from detectors.outgoing import MAX_PICTURES, Outbasket
from detectors.rules.happening import Intent, Phase
from detectors.watching import Picture, Report
from tests.detectors.scenes import at, camera

BASE = Storyteller(camera(), Rule(rule="crowd_gathering"), ground=None, model="m", exercise=False).tell(
    Intent(Phase.BEGAN, at(0), None, 7), now=at(1)
)


def report(happening: int, update: int = 0, *, pictured: bool = True) -> Report:
    observation = BASE.model_copy(update={"signal_id": f"cam:{happening}", "update": update})
    return Report(observation, Picture(f"ev/{happening}-{update}.jpg", b"jpeg") if pictured else None)


def test_a_newer_update_takes_the_place_of_an_older_one_and_keeps_its_pictures() -> None:
    basket = Outbasket()
    basket.put(report(1, 0))
    basket.put(report(1, 1))
    basket.put(report(1, 2, pictured=False))
    [outgoing] = basket.peek()
    assert outgoing.observation.update == 2
    assert [picture.ref for picture in outgoing.pictures] == ["ev/1-0.jpg", "ev/1-1.jpg"]
    assert (basket.replaced, basket.dropped) == (2, 0)


def test_pictures_are_bounded_the_first_stays() -> None:
    basket = Outbasket()
    for update in range(10):
        basket.put(report(1, update))
    refs = [picture.ref for picture in basket.peek()[0].pictures]
    assert len(refs) == MAX_PICTURES
    assert (refs[0], refs[-1]) == ("ev/1-0.jpg", "ev/1-9.jpg")


def test_what_is_stored_is_forgotten_unless_something_newer_came() -> None:
    basket = Outbasket()
    basket.put(report(1))
    basket.put(report(2))
    stored = basket.peek()
    basket.put(report(2, 1))
    basket.done(stored)
    assert [(o.observation.signal_id, o.observation.update) for o in basket.peek()] == [("cam:2", 1)]


def test_when_full_the_oldest_happening_goes_and_is_counted() -> None:
    basket = Outbasket(capacity=3)
    for happening in range(5):
        basket.put(report(happening))
    assert [outgoing.observation.signal_id for outgoing in basket.peek()] == ["cam:2", "cam:3", "cam:4"]
    assert basket.dropped == 2


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=60))
def test_every_happening_is_waiting_stored_or_counted(moves: list[tuple[int, bool]]) -> None:
    basket, stored = Outbasket(capacity=4), 0
    newest: dict[str, int] = {}
    for number, (happening, store) in enumerate(moves):
        basket.put(report(happening, number))
        newest[f"cam:{happening}"] = number
        if store:
            batch = basket.peek()
            assert all(newest[o.observation.signal_id] == o.observation.update for o in batch)
            basket.done(batch)
            stored += len(batch)
    assert len(moves) == stored + basket.replaced + basket.dropped + len(basket)
    assert len(basket) <= 4

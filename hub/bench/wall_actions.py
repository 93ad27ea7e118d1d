"""The second half of `hub bench wall`: 10,000 open incidents, a key at one seat, the frame at another."""

from typing import TYPE_CHECKING

from sqlalchemy import text

from command_center.passwords import hash_token, new_token
from command_center.store.database import Database
from command_center.store.people import People
from hub import clock
from hub.bench.whole_hub import WholeHub

if TYPE_CHECKING:
    from playwright.async_api import Page

ROUNDS, FUSED_ROUNDS, ROWS = 40, 3, 10
"""so many claims and as many releases over the first rows of the list; so often each is confirmed and undone"""
PATIENCE_MS, PAGE_WITHIN_MS = 10_000, 120_000
SHOWS = """([id, since, part, wanted]) =>
  window.__painted.find(([at, one, , state, words]) =>
    one === id && at > since && (part === 'state' ? state : words).includes(part === 'gone' ? '' : wanted)
    && (part !== 'gone' || !words.includes(wanted)))?.[0]"""
MULTIPLY = """
    WITH model AS (SELECT * FROM incidents WHERE state = 'open' LIMIT 1), made AS (
        INSERT INTO incidents (incident_id, label, district, revision, kind, severity, state, exercise, observed_at,
                               last_signal_at, decided_at, lat, lon, doc)
        SELECT id, 'INC-' || id, district, 1, kind, 4, 'open', exercise, observed_at,
               last_signal_at, decided_at, lat, lon,
               doc || jsonb_build_object('incident_id', id, 'label', 'INC-' || id, 'severity', 4, 'revision', 1)
        FROM model, (SELECT 'bench' || n AS id FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n) many
        RETURNING incident_id)
    SELECT log_changes(array_agg(incident_id), 'bench', CAST(:now AS timestamptz)) FROM made
"""
STEP = 500


async def many_open(hub: WholeHub, count: int) -> int:
    """Put so many mild open incidents on the wall, by the same change log; returns how many are open."""
    for first in range(0, count, STEP):
        async with hub.engine.begin() as connection:
            bounds = {"first": first, "last": min(first + STEP, count) - 1, "now": clock.now()}
            await connection.execute(text(MULTIPLY), bounds)
    async with hub.engine.connect() as connection:
        live = "SELECT count(*) FROM incidents WHERE state IN ('tentative', 'open', 'confirmed')"
        return int((await connection.execute(text(live))).scalar_one())


async def api_token(hub: WholeHub, login: str) -> str:
    """A token for scripts."""
    token = new_token()
    await People(Database(hub.engine)).add_token(hash_token(token), login, clock.now())
    return token


async def key_to_screen(acting: "Page", onlooker: "Page") -> dict[str, list[float]]:
    """Milliseconds from a key at one seat to the frame at the other: claim and release; confirm and undo by fusion."""
    for page in (acting, onlooker):
        await page.wait_for_selector("[data-testid=row]", state="attached", timeout=PAGE_WITHIN_MS)
    ids = [
        await row.get_attribute("data-incident-id") or ""
        for row in await onlooker.query_selector_all("[data-testid=row]")
    ][:ROWS]
    own: list[float] = []
    fused: list[float] = []
    for n in range(ROUNDS):
        await _select(acting, ids[n % len(ids)])
        own.append(await _press(acting, onlooker, "r", "claim", ids[n % len(ids)], "words", "seat-1"))
        own.append(await _press(acting, onlooker, "r", "release", ids[n % len(ids)], "gone", "seat-1"))
    for incident in ids * FUSED_ROUNDS:
        await _select(acting, incident)
        fused.append(await _press(acting, onlooker, "c", "confirm", incident, "state", "confirmed"))
        fused.append(await _press(acting, onlooker, "u", "undo", incident, "state", "open"))
    return {"claim and release": own, "confirm and undo, through fusion": fused}


async def _select(page: "Page", incident: str) -> None:
    await page.click(f"[data-testid=row][data-incident-id='{incident}']")
    await page.wait_for_selector(f"[data-testid=incident][data-incident-id='{incident}']", state="attached")


async def _press(
    acting: "Page", onlooker: "Page", key: str, action: str, incident: str, part: str, wanted: str
) -> float:
    # What is allowed comes with the detail: a person presses once the button is there.
    await acting.wait_for_selector(f"[data-testid=act-{action}]:not([disabled])", state="attached")
    await acting.keyboard.press(key)
    pressed = float(await acting.evaluate("window.__pressed"))
    shown = await onlooker.wait_for_function(
        SHOWS, arg=[incident, pressed, part, wanted], polling=20, timeout=PATIENCE_MS
    )
    return float(await shown.json_value()) - pressed

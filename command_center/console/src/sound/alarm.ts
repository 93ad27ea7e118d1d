// Once a second, and at each change of the wall: is a sound due?
import { ref, watch } from 'vue';
import { feed, onRows, rows } from '../board/line';
import { browserTime, now } from '../clock/clock';
import { stage } from '../session/session';
import { view } from '../wall/views';
import { listen, SILENT } from './decide';
import { play } from './speaker';

export const flood = ref(0);

let state = SILENT;
let first = true;
/** milliseconds: when it was last asked */
let asked = 0;
/** in a burst of new rows not each of them asks anew about all the others */
const APART_MS = 250;

function step(): void {
  if (stage.value !== 'in' || view.value === 'points' || feed.value.line !== 'live') return;
  asked = browserTime();
  const [next, due] = listen(state, rows.value.values(), now.value, first);
  state = next;
  first = false;
  flood.value = next.flood ? next.arrivals.length : 0;
  due.forEach(play);
}

function reset(): void {
  state = SILENT;
  first = true;
  flood.value = 0;
}

export function followSounds(): () => void {
  const stopSeat = watch(stage, (seat) => {
    if (seat !== 'in') reset();
  });
  const stopTick = watch(now, step);
  const stopRows = onRows((changes) => {
    if (changes !== null && browserTime() - asked < APART_MS) return;
    if (changes === null || changes.some(({ before, after }) => !before || !after)) step();
  });
  return () => [stopSeat, stopTick, stopRows].forEach((stop) => stop());
}

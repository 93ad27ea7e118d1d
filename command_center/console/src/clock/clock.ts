// One ticking clock for the whole page, in the hub's time; the only place that reads the browser's.
import { ref } from 'vue';

/** milliseconds since 1970, once a second, corrected by the feed */
export const now = ref(Date.now());
let skew = 0;

export function browserTime(): number {
  return Date.now();
}

export function correctBy(milliseconds: number): void {
  skew = milliseconds;
}

/** What blinks does so with the class `beat` of the document. */
export function startClock(): () => void {
  const tick = (): void => {
    now.value = Date.now() + skew;
    document.documentElement.classList.toggle('beat');
  };
  const timer = window.setInterval(tick, 1000);
  return () => window.clearInterval(timer);
}

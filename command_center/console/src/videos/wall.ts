// The camera wall's own state: filter, picks, layout, screen, and the reason of this look, which ends with it.
import { computed, ref, watch } from 'vue';
import { cameras } from '../board/line';
import { found, LAYOUTS, screen, type Filter, type Layout } from './choice';
import type { LookReason } from '../live/wire';

const KEY = 'hub.wall.layout';

function kept(): Layout {
  const n = Number(localStorage.getItem(KEY));
  return LAYOUTS.find((one) => one === n) ?? 4;
}

export const filter = ref<Filter>({ bureau: '', state: '', text: '' });
export const picked = ref<readonly string[]>([]);
export const layout = ref<Layout>(kept());
export const at = ref(0);
export const why = ref<LookReason | null>(null);

watch(layout, (chosen) => localStorage.setItem(KEY, String(chosen)));
watch([filter, picked, layout], () => { at.value = 0; }, { deep: true });

export const listed = computed(() => found(cameras.value.values(), filter.value));
/** what is picked stays on the wall when the list is filtered further */
const everything = computed(() => found(cameras.value.values(), { bureau: '', state: '', text: '' }));
export const screens = computed(() => screen(picked.value.length ? everything.value : listed.value, picked.value, layout.value, at.value));

export function pick(id: string): void {
  picked.value = picked.value.includes(id) ? picked.value.filter((one) => one !== id) : [...picked.value, id];
}

export function turn(by: number): void {
  at.value = Math.min(Math.max(0, screens.value.at + by), screens.value.all - 1);
}

/** The next look is another look: it has a reason of its own. */
export function endLook(): void {
  why.value = null;
}

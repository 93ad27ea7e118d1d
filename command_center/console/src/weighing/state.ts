// Which option of the chosen signal is looked at, and the unit of the scale.
import { computed, ref, watch } from 'vue';
import { rows } from '../board/line';
import { chosen } from '../incident/chosen';
import { detail, selectedRow } from '../wall/selection';
import { optionsOf, outsideOf, weighing, type Option } from './options';
import type { Unit } from './waterfall';

const KEY = 'hub.evidence_unit';

export const unit = ref<Unit>(typeof localStorage !== 'undefined' && localStorage.getItem(KEY) === 'db' ? 'db' : 'nats');
watch(unit, (now) => localStorage.setItem(KEY, now));

export const decision = computed(() => (detail.value && chosen.value ? weighing(detail.value, chosen.value.signal_id) : null));

export const options = computed<Option[]>(() => {
  const [full, made, row] = [detail.value, decision.value, selectedRow.value];
  if (!full || !made || row?.incident_id !== full.incident_id) return [];
  return [...optionsOf(made, full), ...outsideOf(made, row, rows.value.values())];
});

const stepped = ref(0);
watch(() => decision.value?.decision_id, () => { stepped.value = 0; }, { flush: 'sync' });

/** what was taken comes first: the list is in the order of the score, and forced choices are rare */
export const looked = computed(() => {
  const start = Math.max(0, options.value.findIndex((one) => one.kind === 'candidate' && one.taken));
  const count = options.value.length;
  return count === 0 ? -1 : (((start + stepped.value) % count) + count) % count;
});

export function flip(by: number): void {
  if (options.value.length > 1) stepped.value += by;
}

export function lookAt(index: number): void {
  stepped.value += index - looked.value;
}

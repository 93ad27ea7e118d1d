// The units that can be sent, read once.
import { shallowRef } from 'vue';
import { get, Problem } from '../api/client';
import type { Unit } from '../wire/messages';

export const units = shallowRef<readonly Unit[]>([]);

export async function readUnits(): Promise<void> {
  if (units.value.length > 0) return;
  try {
    units.value = (await get<{ items: Unit[] }>('/api/units')).items;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

// The versions of fusion's parameters and the report of the one that is looked at.
import { ref, shallowRef } from 'vue';
import { get, post, Problem } from '../api/client';
import { tell } from '../incident/acting';
import { t } from '../words/language';
import type { VersionReport, VersionRow } from '../wire/messages';

export const versions = shallowRef<readonly VersionRow[]>([]);
export const inForce = ref<string | null>(null);
export const chosen = ref<string | null>(null);
export const report = shallowRef<VersionReport | null>(null);
export const problem = ref('');

const PATH = '/api/parameter-versions';

export async function readVersions(): Promise<void> {
  await guarded(async () => {
    const found = await get<{ items: VersionRow[]; in_force: string | null }>(PATH);
    versions.value = found.items;
    inForce.value = found.in_force;
    if (chosen.value === null || !found.items.some((one) => one.version === chosen.value)) chosen.value = found.in_force ?? found.items[0]?.version ?? null;
  });
}

export async function readReport(): Promise<void> {
  const version = chosen.value;
  if (version === null || report.value?.version === version) return;
  report.value = null;
  await guarded(async () => {
    const found = await get<VersionReport>(`${PATH}/${encodeURIComponent(version)}`);
    if (chosen.value === version) report.value = found;
  });
}

export async function putIntoForce(version: string, reason: string): Promise<void> {
  await acted(async () => {
    await post(`${PATH}/${encodeURIComponent(version)}/apply`, { reason });
    tell(t('learning_applied'));
  });
}

export async function takeBack(reason: string): Promise<void> {
  await acted(async () => {
    const { in_force } = await post<{ in_force: string | null }>(`${PATH}/take-back`, { reason });
    tell(t('learning_taken_back', { version: in_force ?? t('learning_settings') }));
  });
}

export function step(by: number): void {
  const at = versions.value.findIndex((one) => one.version === chosen.value);
  chosen.value = versions.value[Math.max(0, Math.min(at + by, versions.value.length - 1))]?.version ?? null;
}

async function guarded(does: () => Promise<void>): Promise<void> {
  try {
    await does();
    problem.value = '';
  } catch (caught) {
    if (!(caught instanceof Problem)) throw caught;
    problem.value = caught.message;
  }
}

async function acted(does: () => Promise<void>): Promise<void> {
  try {
    await does();
  } catch (caught) {
    if (!(caught instanceof Problem)) throw caught;
    tell(caught.message, true);
  }
  await readVersions();
}

/** Where a version stands. */
export function standing(row: VersionRow): 'in_force' | 'was' | 'proposed' {
  if (row.in_force) return 'in_force';
  return row.acts.length > 0 ? 'was' : 'proposed';
}

// Reads, writes and checks one camera's record at the hub; the hub's refusals are kept beside the fields they are about.
import { ref, shallowRef } from 'vue';
import { get, post, Problem, put, remove } from '../api/client';
import { BLANK, type Refusal } from './fields';
import type { CameraEntry } from '../wire/messages';

/** the hub looks at each stream for some seconds */
const CHECK_MS = 60_000;

/** As `hub streams check --json` says it. */
export interface StreamVerdict {
  stream: 'main' | 'sub';
  zh: string;
  en: string;
  codec: string;
  width: number;
  height: number;
  fps: number | null;
  gop_s: number | null;
  kbit_s: number | null;
  first_picture_s: number | null;
  skew_s: number | null;
}

export interface CheckVerdict {
  verdict: 'ok' | 'warning' | 'no_picture';
  zh: string;
  en: string;
  streams: StreamVerdict[];
  ground_residual_m: number | null;
  gb28181: { 2016: Record<string, string>; notes: { zh: string; en: string }[] } | null;
}

const pathOf = (id: string, part = ''): string => `/api/cameras/${encodeURIComponent(id)}${part}`;

export function useEntry() {
  const entry = shallowRef<CameraEntry | null>(null);
  const refusals = shallowRef<readonly Refusal[]>([]);
  const detail = ref('');
  const saving = ref(false);
  const verdict = shallowRef<CheckVerdict | null>(null);
  const checking = ref(false);

  /** Runs a request; what is refused is kept, anything else is a fault of ours. */
  async function tried<T>(does: () => Promise<T>): Promise<T | null> {
    refusals.value = [];
    detail.value = '';
    try {
      return await does();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refusals.value = problem.errors;
      detail.value = problem.message;
      return null;
    }
  }

  async function read(id: string | null): Promise<void> {
    entry.value = null;
    verdict.value = null;
    entry.value = id === null ? BLANK : await tried(() => get<CameraEntry>(pathOf(id, '/entry')));
  }

  /** True when the hub has taken it. */
  async function save(next: CameraEntry, fresh: boolean): Promise<boolean> {
    saving.value = true;
    const done = await tried(async () => {
      if (fresh) await post('/api/cameras', next);
      else await put(pathOf(next.id), next);
      return true;
    });
    saving.value = false;
    if (done) entry.value = next;
    return done === true;
  }

  async function drop(id: string): Promise<boolean> {
    return (await tried(async () => {
      await remove(pathOf(id));
      return true;
    })) === true;
  }

  async function check(what: { entry: CameraEntry } | { camera_id: string }): Promise<void> {
    verdict.value = null;
    checking.value = true;
    verdict.value = await tried(() => post<CheckVerdict>('/api/cameras/check', what, CHECK_MS));
    checking.value = false;
  }

  return { entry, refusals, detail, saving, verdict, checking, read, save, drop, check };
}

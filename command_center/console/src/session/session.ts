// Who sits here: signing in, signing out, what the role may do, and locking after idle minutes.
import { computed, ref, shallowRef } from 'vue';
import { get, post, Problem, remove } from '../api/client';
import { browserTime } from '../clock/clock';
import type { Me } from '../wire/messages';

export type Stage = 'unknown' | 'out' | 'in' | 'locked';

export const me = shallowRef<Me | null>(null);
export const stage = ref<Stage>('unknown');
export const login = computed(() => me.value?.login ?? '');

export function may(right: string): boolean {
  return me.value?.rights.includes(right) ?? false;
}

/** Ask the hub who this is. Returns false when it cannot be reached. */
export async function whoAmI(): Promise<boolean> {
  try {
    me.value = await get<Me>('/api/session');
    stage.value = 'in';
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 0 || problem.status >= 500) return false;
    stage.value = stage.value === 'locked' ? 'locked' : 'out';
  }
  return true;
}

export async function signIn(name: string, password: string): Promise<void> {
  await post('/api/session', { login: name, password });
  await whoAmI();
}

export async function signOut(): Promise<void> {
  await remove('/api/session');
  me.value = null;
  stage.value = 'out';
}

/** The hub no longer knows this session. */
export function expired(): void {
  stage.value = me.value ? 'locked' : 'out';
}

const ACTS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
const CHECK_MS = 5_000;

/** Locks the screen after the idle minutes that the hub names; also tells the hub, so that the cookie dies too. */
export function watchIdle(): () => void {
  let last = browserTime();
  const act = (): void => {
    last = browserTime();
  };
  for (const name of ACTS) window.addEventListener(name, act, { passive: true });
  const timer = window.setInterval(() => {
    const minutes = me.value?.idle_minutes ?? 0;
    if (stage.value !== 'in' || minutes <= 0 || browserTime() - last < minutes * 60_000) return;
    stage.value = 'locked';
    remove('/api/session').catch((problem: unknown) => {
      if (!(problem instanceof Problem)) throw problem;
    });
  }, CHECK_MS);
  return () => {
    window.clearInterval(timer);
    for (const name of ACTS) window.removeEventListener(name, act);
  };
}

// A camera's last picture, fetched again every two seconds while somebody can see it.
import { onBeforeUnmount, ref, watch, type Ref } from 'vue';
import { picture, Problem } from '../api/client';

const AGAIN_MS = 2_000;

export interface LivePicture {
  url: Ref<string | null>;
  at: Ref<string | null>;
  problem: Ref<string>;
}

/** `path` null: show nothing. The old picture stays until the next one is here. */
export function useLivePicture(path: () => string | null): LivePicture {
  const url = ref<string | null>(null);
  const at = ref<string | null>(null);
  const problem = ref('');
  let timer = 0;
  let turn = 0;

  function drop(): void {
    if (url.value) URL.revokeObjectURL(url.value);
    url.value = null;
  }

  async function fetchOnce(mine: number, from: string): Promise<void> {
    try {
      const fresh = await picture(from);
      if (mine !== turn) return URL.revokeObjectURL(fresh.url);
      drop();
      url.value = fresh.url;
      at.value = fresh.at;
      problem.value = '';
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
      if (mine === turn) problem.value = caught.message;
    }
    return undefined;
  }

  async function run(mine: number): Promise<void> {
    const from = path();
    if (from !== null && document.visibilityState === 'visible') await fetchOnce(mine, from);
    if (mine === turn) timer = window.setTimeout(() => void run(mine), AGAIN_MS);
  }

  watch(path, () => {
    window.clearTimeout(timer);
    turn += 1;
    drop();
    at.value = null;
    void run(turn);
  }, { immediate: true });

  onBeforeUnmount(() => {
    turn += 1;
    window.clearTimeout(timer);
    drop();
  });
  return { url, at, problem };
}

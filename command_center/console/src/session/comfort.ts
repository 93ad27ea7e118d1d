// Twelve hours at a screen: dark or light, and how large the text is; kept in this browser.
import { ref, watch } from 'vue';

export type Theme = 'dark' | 'light';
export const SIZES = ['100', '125', '150'] as const;
export type Size = (typeof SIZES)[number];

export const theme = ref<Theme>('dark');
export const size = ref<Size>('100');

function isSize(text: string | null): text is Size {
  return SIZES.some((one) => one === text);
}

export function startComfort(): void {
  theme.value = localStorage.getItem('hub.theme') === 'light' ? 'light' : 'dark';
  const kept = localStorage.getItem('hub.size');
  if (isSize(kept)) size.value = kept;
  watch(
    [theme, size],
    ([chosenTheme, chosenSize]) => {
      localStorage.setItem('hub.theme', chosenTheme);
      localStorage.setItem('hub.size', chosenSize);
      document.documentElement.dataset['theme'] = chosenTheme;
      document.documentElement.dataset['size'] = chosenSize;
    },
    { immediate: true },
  );
}

/** Pixels of one rem now: for the lists that compute their own layout. */
export function remPixels(): number {
  return (14 * Number(size.value)) / 100;
}

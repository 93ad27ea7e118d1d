// The tabs of the list and the search over them.
import { isHidden, isLive, isShown, needsLook } from './importance';
import type { Row } from '../wire/messages';

export type Tab = 'wall' | 'mine' | 'look' | 'hidden' | 'closed';
export const TABS: readonly Tab[] = ['wall', 'mine', 'look', 'hidden', 'closed'];

export function inTab(tab: Tab, row: Row, login: string): boolean {
  if (tab === 'closed') return row.state !== 'merged' && !isLive(row);
  if (tab === 'hidden') return isHidden(row);
  if (!isShown(row)) return false;
  if (tab === 'mine') return row.handling.claimed_by === login;
  return tab === 'wall' || needsLook(row);
}

/** Every word of the query is somewhere in the row's label, place, grid, unit or kind (as it reads on the screen). */
export function matches(row: Row, query: string, kindWord: string): boolean {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { handling } = row;
  const text = [row.label, row.place_text, row.grid_code, handling.unit, handling.claimed_name, kindWord]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

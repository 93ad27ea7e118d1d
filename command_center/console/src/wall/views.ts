// The screens of this version, and which a seat may open.
import { ref } from 'vue';

export type View = 'wall' | 'desk' | 'video' | 'points' | 'learning' | 'none';

export const view = ref<View>('none');

/** In the order of usefulness for the role: the first is opened at sign-in. */
export function viewsOf(rights: readonly string[], role = ''): View[] {
  const views: View[] = [];
  if (rights.includes('incidents')) views.push('wall');
  if (rights.includes('file')) views.push('desk');
  if (rights.includes('pictures')) views.push('video');
  if (rights.includes('cameras')) views.push('points');
  if (role === 'integrator') views.reverse();
  if (rights.includes('learn')) views.push('learning');
  if (role === 'grid_operator') views.sort((a, b) => Number(b === 'desk') - Number(a === 'desk'));
  return views;
}

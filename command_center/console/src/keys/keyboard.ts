// Listens once and hands each command to the topmost listener that wants it.
import { onBeforeUnmount, onMounted } from 'vue';
import { commandOf, type Command } from './keymap';

/** Returns true when the command was used. */
export type Listener = (command: Command) => boolean;

const stack: Listener[] = [];

const FIELDS = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]';

function wantsEnterItself(target: Element): boolean {
  return target.closest('button, a, summary, [role="option"], [role="tab"]') !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : document.body;
  if ((event.key === 'Enter' || event.key === ' ') && wantsEnterItself(target)) return;
  if (event.key === ' ' && target.matches('input')) return;
  const command = commandOf(event, target.matches(FIELDS));
  if (command === null) return;
  for (let i = stack.length - 1; i >= 0; i -= 1) {
    if (stack[i]?.(command)) {
      event.preventDefault();
      return;
    }
  }
}

/** A button clicked with the mouse must not keep the keyboard: the next Enter or Space is meant for the page. */
function onClick(event: MouseEvent): void {
  const { activeElement } = document;
  if (event.detail > 0 && activeElement instanceof HTMLButtonElement) activeElement.blur();
}

/** Take part in the keyboard while the component is mounted; later mounted listeners are asked first. */
export function useKeys(listener: Listener): void {
  onMounted(() => {
    if (stack.length === 0) {
      window.addEventListener('keydown', onKeyDown);
      window.addEventListener('click', onClick);
    }
    stack.push(listener);
  });
  onBeforeUnmount(() => {
    stack.splice(stack.indexOf(listener), 1);
    if (stack.length > 0) return;
    window.removeEventListener('keydown', onKeyDown);
    window.removeEventListener('click', onClick);
  });
}

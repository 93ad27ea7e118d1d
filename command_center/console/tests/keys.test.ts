import { describe, expect, it } from 'vitest';
import { commandOf } from '../src/keys/keymap';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, repeat: false, ...more });

describe('a key', () => {
  it.each([
    ['ArrowDown', 'down'], ['j', 'down'], ['K', 'up'], ['Enter', 'open'], [' ', 'news'], ['d', 'dispatch'], ['A', 'acknowledge'], ['c', 'confirm'], ['x', 'dismiss'],
    ['m', 'accept'], ['n', 'refuse'], ['u', 'undo'], ['l', 'link'], ['1', 'digit1'], ['6', 'digit6'], ['v', 'video'], ['g', 'map'], ['/', 'search'], ['F2', 'copy'],
    ['b', 'merge'], ['t', 'move'], ['e', 'never_merge'], ['f', 'kind'], ['w', 'relocate'], [',', 'before'], ['。', 'after'], ['y', 'yes'], ['?', 'help'], ['？', 'help'], ['z', null], ['0', null],
  ])('%s means %s', (key, command) => expect(commandOf(press(key), false)).toBe(command));

  it('does nothing in a field but Escape', () => {
    expect(commandOf(press('d'), true)).toBeNull();
    expect(commandOf(press('Escape'), true)).toBe('escape');
  });
  it('does nothing while an input method composes', () => expect(commandOf(press('d', { isComposing: true }), false)).toBeNull());
  it('does nothing with Ctrl: the browser’s own', () => expect(commandOf(press('c', { ctrlKey: true }), false)).toBeNull());
  it('acts once while it is held down, except to move', () => {
    expect(commandOf(press('d', { repeat: true }), false)).toBeNull();
    expect(commandOf(press('j', { repeat: true }), false)).toBe('down');
  });
});

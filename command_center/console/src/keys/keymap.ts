// Which key means what. Letters act only when no field has the focus and no input method is composing.

export type Command =
  | 'down' | 'up' | 'left' | 'right' | 'open' | 'news' | 'dispatch' | 'acknowledge' | 'confirm' | 'dismiss' | 'claim' | 'split'
  | 'merge' | 'move' | 'never_merge' | 'kind' | 'relocate' | 'before' | 'after' | 'yes'
  | 'accept' | 'refuse' | 'undo' | 'link' | 'video' | 'map' | 'coverage' | 'hidden' | 'suppress' | 'prevention' | 'search' | 'copy' | 'help' | 'escape' | `digit${number}`;

export interface Press {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  repeat: boolean;
}

const KEYS: Record<string, Command> = {
  arrowdown: 'down', j: 'down', arrowup: 'up', k: 'up', arrowleft: 'left', arrowright: 'right', enter: 'open', ' ': 'news', d: 'dispatch', a: 'acknowledge',
  c: 'confirm', x: 'dismiss', r: 'claim', p: 'split', m: 'accept', n: 'refuse', u: 'undo', l: 'link', v: 'video',
  b: 'merge', t: 'move', e: 'never_merge', f: 'kind', w: 'relocate', ',': 'before', '，': 'before', '.': 'after', '。': 'after', y: 'yes',
  g: 'map', o: 'coverage', h: 'hidden', s: 'suppress', i: 'prevention', '/': 'search', f2: 'copy', '?': 'help', '？': 'help', escape: 'escape',
};

/** Holding the key down repeats these; everything else acts once per press. */
const REPEATS = new Set<Command>(['down', 'up', 'left', 'right', 'before', 'after']);

/** `inField`: an input, a text area, a select or a button that wants Enter and Space for itself has the focus. */
export function commandOf(press: Press, inField: boolean): Command | null {
  if (press.isComposing || press.ctrlKey || press.altKey || press.metaKey) return null;
  const key = press.key.toLowerCase();
  if (inField) return key === 'escape' ? 'escape' : null;
  const command = /^[1-9]$/.test(key) ? (`digit${Number(key)}` as Command) : KEYS[key];
  if (!command || (press.repeat && !REPEATS.has(command))) return null;
  return command;
}

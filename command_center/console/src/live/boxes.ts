// The boxes of fragmented MP4 as the hub lays them out: found by name, read where they lie. Source: ISO/IEC 14496-12.

export interface Box {
  start: number;
  end: number;
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

export function whole(view: DataView): Box {
  return { start: 0, end: view.byteLength };
}

/** The first box of that name directly inside, without its header; undefined when the bytes hold none. */
export function boxIn(view: DataView, { start, end }: Box, name: string): Box | undefined {
  for (let at = start; at + 8 <= end;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > end) return undefined;
    if (nameAt(view, at + 4) === name) return { start: at + 8, end: at + size };
    at += size;
  }
  return undefined;
}

/** The box at the end of a path of names; undefined when one is missing. */
export function boxAt(view: DataView, names: readonly string[], from: Box = whole(view)): Box | undefined {
  return names.reduce<Box | undefined>((inside, name) => inside && boxIn(view, inside, name), from);
}

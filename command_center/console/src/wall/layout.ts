// Where each row of the virtual list lies. Rows have one height, nested calls a smaller one; all in pixels.

export interface Heights {
  row: number;
  nested: number;
}

/** Tops of the rows, and the total height as the last entry. */
export function topsOf(ids: readonly string[], nestedOf: (id: string) => number, heights: Heights): Float64Array {
  const tops = new Float64Array(ids.length + 1);
  for (let i = 0; i < ids.length; i += 1) {
    tops[i + 1] = (tops[i] ?? 0) + heights.row + nestedOf(ids[i] ?? '') * heights.nested;
  }
  return tops;
}

/** Index of the row at `y`; the last one below the end, 0 above the start. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** First and one-past-last row to draw, with a few beyond the edges. */
export function visible(tops: Float64Array, top: number, height: number, beyond = 4): [number, number] {
  const count = tops.length - 1;
  if (count <= 0) return [0, 0];
  return [Math.max(0, rowAt(tops, top) - beyond), Math.min(count, rowAt(tops, top + height) + 1 + beyond)];
}

/** The smallest scroll that shows row `i` whole. */
export function scrollTo(tops: Float64Array, i: number, top: number, height: number): number {
  const start = tops[i] ?? 0;
  const end = tops[i + 1] ?? start;
  if (start < top) return start;
  return end > top + height ? end - height : top;
}

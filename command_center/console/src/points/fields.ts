// The fields of a camera's record, the same as in streams.yaml: how each is entered, read and written. Pure.
import type { Word } from '../words/language';
import type { CameraEntry } from '../wire/messages';

export interface Field {
  /** as in streams.yaml: `place.lat` */
  path: string;
  kind: 'text' | 'number' | 'choice' | 'flag';
  choices?: readonly (readonly [value: string, word: Word | null])[];
  wide?: boolean;
  required?: boolean;
  /** what is left empty is taken from `defaults` of streams.yaml */
  defaulted?: boolean;
  hint?: Word;
}

export interface Group {
  title: Word;
  fields: readonly Field[];
}

const text = (path: string, more: Partial<Field> = {}): Field => ({ path, kind: 'text', ...more });
const number = (path: string, more: Partial<Field> = {}): Field => ({ path, kind: 'number', ...more });
const choice = (path: string, choices: NonNullable<Field['choices']>, more: Partial<Field> = {}): Field => ({ path, kind: 'choice', choices, ...more });

const GROUPS: readonly Group[] = [
  {
    title: 'group_who',
    fields: [
      text('id', { required: true, hint: 'entry_id_hint' }), text('name', { required: true, hint: 'entry_name_hint' }),
      choice('bureau', [['urban_management', 'bureau_urban_management'], ['traffic', 'bureau_traffic'], ['housing_construction', 'bureau_housing_construction']]),
      text('district', { defaulted: true, hint: 'entry_district_hint' }), text('grid_code'), text('landmark_no'), text('place_type', { hint: 'entry_place_type_hint' }), { path: 'exercise', kind: 'flag' },
    ],
  },
  {
    title: 'group_stream',
    fields: [
      text('url', { required: true, wide: true, hint: 'entry_url_hint' }), text('sub_url', { wide: true, hint: 'entry_sub_url_hint' }), text('live_url', { wide: true }),
      choice('decode', [['auto', 'decode_auto'], ['keyframes', 'mode_keyframes'], ['sub', 'mode_sub'], ['full', 'mode_full']]), number('priority', { defaulted: true, hint: 'entry_priority_hint' }), number('tiles'),
    ],
  },
  {
    title: 'group_place',
    fields: [
      number('place.lat', { required: true }), number('place.lon', { required: true }),
      choice('place.datum', [['WGS-84', null], ['CGCS2000', null], ['GCJ-02', null], ['BD-09', null]], { hint: 'entry_place.datum_hint' }),
      number('height_m', { defaulted: true }), number('bearing_deg', { hint: 'entry_bearing_deg_hint' }), number('view_angle_deg', { defaulted: true }), number('view_range_m', { defaulted: true }),
      number('view.lat', { hint: 'entry_view_hint' }), number('view.lon'), choice('view.datum', [['WGS-84', null], ['CGCS2000', null], ['GCJ-02', null], ['BD-09', null]]),
    ],
  },
  {
    title: 'group_law',
    fields: [
      choice('legal.basis', [['7-1', 'basis_7-1'], ['7-2', 'basis_7-2'], ['9', 'basis_9']]), text('legal.purpose', { defaulted: true }), text('legal.filing_no', { defaulted: true }),
      number('legal.retention_days', { defaulted: true, hint: 'entry_legal.retention_days_hint' }), { path: 'legal.sign', kind: 'flag' },
    ],
  },
];

/** As they stand on the screen: who and where, then what comes and by which right. */
export const COLUMNS: readonly (readonly Group[])[] = [GROUPS.filter((_, i) => i % 2 === 0), GROUPS.filter((_, i) => i % 2 === 1)];

type Tree = Record<string, unknown>;

const branch = (tree: Tree, key: string): Tree => {
  const one = tree[key];
  return one !== null && typeof one === 'object' ? (one as Tree) : {};
};

export function valueOf(entry: CameraEntry, path: string): string {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const value = keys.reduce(branch, entry as unknown as Tree)[last];
  return value === null || value === undefined ? '' : String(value);
}

function typed(kind: Field['kind'], said: string): unknown {
  if (said === '') return undefined;
  if (kind === 'flag') return said === 'true';
  const n = Number(said);
  return kind === 'number' && Number.isFinite(n) ? n : said;
}

function put(tree: Tree, [key = '', ...rest]: readonly string[], value: unknown): Tree {
  const inner = rest.length ? put(branch(tree, key), rest, value) : value;
  const empty = inner === undefined || (rest.length > 0 && Object.keys(inner as Tree).length === 0);
  if (!empty) return { ...tree, [key]: inner };
  return Object.fromEntries(Object.entries(tree).filter(([one]) => one !== key));
}

/** The entry with one field entered; what is left empty is left out, so that the default holds. */
export function entered(entry: CameraEntry, { path, kind }: Pick<Field, 'path' | 'kind'>, said: string): CameraEntry {
  return put(entry as unknown as Tree, path.split('.'), typed(kind, said.trim())) as unknown as CameraEntry;
}

export const BLANK = { id: '', name: '', url: '', place: {} } as unknown as CameraEntry;

export interface Refusal {
  field: string;
  reason: string;
  hint: string;
}

/** Refusals that belong beside this field; the hub may name a part of it, or say where in a list. */
export function refusalsAt(refusals: readonly Refusal[], path: string): Refusal[] {
  return refusals.filter(({ field }) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`));
}

const PATHS = GROUPS.flatMap(({ fields }) => fields.map(({ path }) => path));

/** Refusals that no field of the form shows. */
export function otherRefusals(refusals: readonly Refusal[]): Refusal[] {
  return refusals.filter((one) => !PATHS.some((path) => refusalsAt([one], path).length));
}

// Names of kinds and event types: the hub's own (GET /api/meta), with the kinds known here until it has answered.
import { shallowRef } from 'vue';
import { get } from '../api/client';
import { USUAL, type FloodRules } from '../board/flood';
import { inLanguage, t, WORDS, type Word } from './language';
import type { Bureau, Level } from '../wire/messages';

type Named = readonly [zh: string, en: string];

const KINDS: Record<string, Named> = {
  crowd: ['人员聚集', 'Crowd'], violence: ['打架斗殴', 'Violence'], medical: ['人员伤病', 'Medical'],
  intrusion: ['区域入侵', 'Intrusion'], hazard_object: ['可疑物品', 'Suspicious object'], water: ['涉水险情', 'Water danger'],
  traffic_accident: ['交通事故', 'Traffic accident'], traffic_danger: ['交通险情', 'Traffic danger'],
  congestion: ['交通拥堵', 'Congestion'], parking: ['违法停车', 'Illegal parking'], road_hazard: ['道路隐患', 'Road hazard'],
  flooding: ['道路积水', 'Flooding'], street_order: ['街面秩序', 'Street order'], sanitation: ['市容环境', 'Sanitation'],
  fire: ['火情', 'Fire'], work_safety: ['施工安全', 'Work safety'], dust: ['扬尘', 'Dust'], dispute: ['纠纷', 'Dispute'],
  noise: ['噪音扰民', 'Noise'], device: ['设备故障', 'Device fault'], none: ['其他', 'Other'],
};

interface Term {
  name: string;
  zh: string;
  en: string;
}

interface Meta {
  kinds: Term[];
  event_types: Term[];
  flood_count: number;
  flood_minutes: number;
  severities: { severity: Level; zh: string; shape: string }[];
}

const eventTypes = shallowRef<ReadonlyMap<string, Named>>(new Map());
const kinds = shallowRef<ReadonlyMap<string, Named>>(new Map(Object.entries(KINDS)));
/** when the wall groups what comes from one place */
export const floodRules = shallowRef<FloodRules>(USUAL);
const levels = shallowRef<ReadonlyMap<Level, string>>(new Map());

export async function loadTaxonomy(): Promise<void> {
  const meta = await get<Meta>('/api/meta');
  eventTypes.value = new Map(meta.event_types.map(({ name, zh, en }) => [name, [zh, en]]));
  kinds.value = new Map(meta.kinds.map(({ name, zh, en }) => [name, [zh, KINDS[name]?.[1] ?? en]]));
  floodRules.value = { count: meta.flood_count, windowMs: meta.flood_minutes * 60_000 };
  levels.value = new Map(meta.severities.map(({ severity, zh }) => [severity, zh]));
}

export function kindWord(kind: string): string {
  const named = kinds.value.get(kind);
  return named ? inLanguage(...named) : kind;
}

/** In both languages, for what is written on the map. */
export const kindNamed = (kind: string): readonly [zh: string, en: string] => kinds.value.get(kind) ?? [kind, kind];
export const sourceNamed = (source: string): readonly [zh: string, en: string] => {
  const key = `source_${source}`;
  return known(key) ? WORDS[key] : [source, source];
};

/** All kinds, in the order of the taxonomy. */
export const kindNames = (): string[] => [...kinds.value.keys()];

export function eventTypeWord(name: string): string {
  const named = eventTypes.value.get(name);
  return named ? inLanguage(...named) : name.replaceAll('_', ' ');
}

function known(key: string): key is Word {
  return key in WORDS;
}

function wordOr(key: string, fallback: string): string {
  return known(key) ? t(key) : fallback;
}

export const levelWord = (level: Level): string => inLanguage(levels.value.get(level) ?? WORDS[`level_${level}`][0], WORDS[`level_${level}`][1]);
export const sourceWord = (source: string): string => wordOr(`source_${source}`, source);
export const bureauWord = (bureau: Bureau): string => wordOr(`bureau_${bureau}`, bureau);
export const roleWord = (role: string): string => wordOr(`role_${role}`, role);
export const termWord = (term: string): string => wordOr(`term_${term}`, term);
export const oddWord = (odd: string): string => wordOr(`odd_${odd}`, odd);
export const actionWord = (action: string): string =>
  action === 'file_and_dispatch' ? t('act_file') : wordOr(`act_${action}`, action);

/** ▲ ◆ ■ ●: the level has a shape, so that colour is never alone. */
export const SHAPES: Record<Level, string> = { 1: '▲', 2: '◆', 3: '■', 4: '●' };

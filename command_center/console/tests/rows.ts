// Rows for the tests, as the hub sends them.
import type { Handling, Row } from '../src/wire/messages';

export const T0 = Date.parse('2026-11-24T00:30:00Z');

export function handling(more: Partial<Handling> = {}): Handling {
  return {
    state: 'waiting', acknowledged_by: null, acknowledged_at: null, acknowledged_revision: 0, claimed_by: null, claimed_name: '', claimed_unit: '',
    claimed_until: null, unit: '', order_no: '', dispatched_at: null, undo_action_id: null, undo_action: '', undo_by: '', undo_until: null, ...more,
  };
}

export function row(id: string, more: Partial<Row> = {}): Row {
  return {
    incident_id: id, label: `INC-${id}`, revision: 1, kind: 'crowd', event_types: ['crowd_gathering'], severity: 3, state: 'open',
    place: { lat: 34.33, lon: 118.0, radius_m: 30 }, place_text: '人民广场东侧', district: '990199-east', grid_code: '990199001002003',
    observed_at: new Date(T0).toISOString(), last_signal_at: new Date(T0).toISOString(), decided_at: new Date(T0).toISOString(), sources: { camera: 1 },
    signals: [], nested: [], provisional: 0, count: null, merged_into: null, sound: false, resounds: false, resounded_revision: 0, suppressed: [], exercise: true,
    handling: handling(), ...more,
  };
}

export function later(seconds: number): string {
  return new Date(T0 + seconds * 1000).toISOString();
}

// What the hub says to the console and the other way round: the twin of command_center/messages.py.

export type Level = 1 | 2 | 3 | 4;
export type IncidentState = 'tentative' | 'open' | 'confirmed' | 'rejected' | 'cooling' | 'closed' | 'merged';
export type HandlingState = 'waiting' | 'dispatched' | 'filed' | 'closed';
export type Bureau = 'urban_management' | 'traffic' | 'housing_construction';
export type CameraHealth = 'starting' | 'online' | 'stale' | 'offline';

export interface IncidentPlace {
  lat: number;
  lon: number;
  radius_m: number;
}

export interface Handling {
  state: HandlingState;
  acknowledged_by: string | null;
  acknowledged_at: string | null;
  acknowledged_revision: number;
  claimed_by: string | null;
  claimed_name: string;
  claimed_unit: string;
  claimed_until: string | null;
  unit: string;
  order_no: string;
  dispatched_at: string | null;
  undo_action_id: string | null;
  undo_action: string;
  undo_by: string;
  undo_until: string | null;
}

export interface RowSignal {
  signal_id: string;
  source: string;
  provisional: boolean;
}

export interface NestedRow {
  signal_id: string;
  source: string;
  event_type: string;
  severity: Level;
  observed_at: string;
  p: number;
  text: string;
}

export interface Row {
  incident_id: string;
  label: string;
  revision: number;
  kind: string;
  event_types: string[];
  severity: Level;
  state: IncidentState;
  place: IncidentPlace;
  place_text: string;
  district: string;
  grid_code: string | null;
  observed_at: string;
  last_signal_at: string;
  decided_at: string;
  sources: Record<string, number>;
  signals: RowSignal[];
  nested: NestedRow[];
  provisional: number;
  count: number | null;
  merged_into: string | null;
  sound: boolean;
  resounds: boolean;
  /** the newest revision that must sound again: an older acknowledgement does not cover it */
  resounded_revision: number;
  exercise: boolean;
  handling: Handling;
}

export type Terms = Record<string, number>;

export interface Member extends RowSignal {
  event_type: string;
  observed_at: string;
  joined_by: 'machine' | 'person';
  keeps_row: boolean;
  p: number;
  terms: Terms;
  distance_m: number | null;
  sigma_m: number | null;
  lag_s: number | null;
  sentence_zh: string;
  sentence_en: string;
}

export interface Evidence {
  kind: string;
  ref: string;
  at?: string;
}

export interface SignalView {
  signal_id: string;
  source: string;
  event_type: string;
  severity: Level;
  observed_at: string;
  received_at: string;
  text: string;
  caller: string;
  can_reveal: boolean;
  camera_id: string | null;
  bureau: Bureau | null;
  place: Record<string, unknown>;
  evidence: Evidence[];
  fields: Record<string, unknown>;
}

export interface Candidate {
  incident_id: string;
  score: number;
  p: number;
  terms: Terms;
  distance_m: number;
  sigma_m: number;
  lag_s: number;
}

export interface Decision {
  decision_id: string;
  signal_id: string;
  incident_id: string | null;
  revision: number;
  chosen: string;
  p: number;
  margin: number;
  terms: Terms;
  candidates: Candidate[];
  constraints: string[];
  decided_at: string;
}

export interface Annotation {
  signal_id: string;
  kind: string;
  text_zh: string;
  text_en: string;
  at: string;
}

export interface SuggestedLink {
  signal_id: string;
  item_no: string;
  source: string;
  reason: string;
  linked: boolean;
}

export interface HistoryEntry {
  action_id: string;
  action: string;
  by: string;
  unit: string;
  at: string;
  reason: string;
  undone: boolean;
}

export interface IncidentDetail extends Omit<Row, 'signals'> {
  signals: Member[];
  views: SignalView[];
  decisions: Decision[];
  annotations: Annotation[];
  suggested_links: SuggestedLink[];
  related: string[];
  redirects: string[];
  never_with: string[];
  history: HistoryEntry[];
  allowed: string[];
  params_version: string;
}

export interface CameraRow {
  camera_id: string;
  name: string;
  bureau: Bureau;
  lat: number;
  lon: number;
  bearing_deg: number;
  view_angle_deg: number;
  view_range_m: number;
  district: string;
  grid_code: string | null;
  landmark_no: string | null;
  health: CameraHealth;
  since: string | null;
  fault: string | null;
  why_zh: string;
  why_en: string;
  mode: string;
  codec: string;
  width: number;
  height: number;
  fps: number | null;
  gop_s: number | null;
  counters: Record<string, number>;
  last_picture_at: string | null;
  has_picture: boolean;
  exercise: boolean;
}

export interface NearCamera {
  camera: CameraRow;
  distance_m: number;
  facing: 'front' | 'side' | 'away';
  usable: boolean;
}

export interface SourceStatus {
  source: string;
  at: string;
  last_heard: string | null;
  lag_s: number | null;
  silent_since: string | null;
  accepted: number;
  rejected: number;
  rejected_in_a_row: number;
}

export interface RejectedRow {
  rejected_id: string;
  source: string;
  reason: string;
  field: string;
  hint: string;
  source_ref: string;
  received_at: string;
  has_body: boolean;
  status: string;
}

export interface Me {
  login: string;
  display_name: string;
  unit: string;
  role: string;
  rights: string[];
  idle_minutes: number;
  city_name: string;
  exercise: boolean;
}

export interface Unit {
  code: string;
  name: string;
  side: string;
}

export type ActionArguments = Record<string, string | number | boolean | string[]>;

export interface ActionRequest {
  action_id: string;
  action: string;
  expected_revision: number;
  reason: string;
  arguments: ActionArguments;
}

export interface ActionAnswer {
  action_id: string;
  status: 'done' | 'accepted';
  row: Row | null;
}

export type ClientMessage =
  | { type: 'hello'; since: number | null }
  | { type: 'presence'; incident_id: string | null }
  | { type: 'ping'; n: number };

export type ServerMessage =
  | { type: 'snapshot'; seq: number; server_time: string; incidents: Row[] }
  | { type: 'changes'; from: number; to: number; server_time: string; incidents: Row[]; gone: string[] }
  | { type: 'cameras'; cameras: CameraRow[] }
  | { type: 'source_status'; sources: SourceStatus[]; broker: boolean; database: boolean }
  | { type: 'presence'; seats: Record<string, string[]> }
  | { type: 'action_result'; action_id: string; incident_id: string; accepted: boolean; why: string; revision: number }
  | { type: 'pong'; n: number; seq: number; server_time: string }
  | { type: 'reload'; why: string };

// What the hub says to the console and the other way round, by the names that the console uses.
// The shapes are generated from the contracts (`npm run generate`); here they only get their names.
import type { components } from './generated/hub';

type Schemas = components['schemas'];

/** The hub writes every member; a schema calls one optional when it has a default. */
type Whole<T> = T extends readonly (infer U)[] ? Whole<U>[] : T extends object ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> } : T;

export type Row = Whole<Schemas['Row']>;
export type Level = Row['severity'];
export type Handling = Whole<Schemas['Handling']>;
export type NestedRow = Whole<Schemas['NestedRow']>;
export type Member = Whole<Schemas['Member']>;
export type SignalView = Omit<Whole<Schemas['SignalView']>, 'evidence'> & { evidence: Evidence[] };
/** Words that both sides used, with the nats of each. */
type Details = Omit<Whole<Schemas['Details']>, 'shared'> & { shared: [word: string, nats: number][] };
export type Candidate = Omit<Whole<Schemas['Candidate']>, 'details'> & { details: Details };
export type Decision = Omit<Whole<Schemas['Decision']>, 'candidates'> & { candidates: Candidate[] };
export type Question = Whole<Schemas['Question']>;
export type Annotation = Whole<Schemas['Annotation']>;
export type SuggestedLink = Whole<Schemas['SuggestedLink']>;
export type HistoryEntry = Whole<Schemas['HistoryEntry']>;
export type IncidentDetail = Omit<Whole<Schemas['IncidentDetail']>, 'views' | 'decisions'> & { views: SignalView[]; decisions: Decision[] };
export type SuppressionView = Whole<Schemas['SuppressionView']>;
export type RelatedIncident = Whole<Schemas['RelatedIncident']>;
export type Spot = Whole<Schemas['Spot']>;
export type GridCounts = Whole<Schemas['GridCounts']>;
export type WebhookPage = Whole<Schemas['WebhookPage']>;
export type CameraRow = Whole<Schemas['CameraRow']>;
export type CameraHealth = CameraRow['health'];
export type Bureau = CameraRow['bureau'];
export type NearCamera = Whole<Schemas['NearCamera']>;
export type LiveGrant = Whole<Schemas['LiveGrant']>;
export type CamerasFileState = Whole<Schemas['CamerasFileState']>;
export type Rates = Whole<Schemas['Rates']>;
export type SourceStatus = Whole<Schemas['SourceStatus']>;
export type RejectedRow = Whole<Schemas['RejectedItem']>;
export type Me = Whole<Schemas['Me']>;
export type Unit = Whole<Schemas['Unit']>;
/** A camera as streams.yaml and the form write it. */
export type CameraEntry = Partial<Schemas['CameraEntry']> & Pick<Schemas['CameraEntry'], 'id' | 'name' | 'url' | 'place'>;
export type RuleEntry = Pick<Schemas['RuleEntry'], 'rule'> & Partial<Schemas['RuleEntry']>;
export type VersionRow = Whole<Schemas['VersionRow']>;
export type VersionReport = Whole<Schemas['VersionReport']>;
export type Reliability = Whole<Schemas['Reliability']>;
export type ChangedJoin = Whole<Schemas['ChangedJoin']>;
export type ActionRequest = Whole<Schemas['ActionRequest']>;
export type ActionArguments = ActionRequest['arguments'];
export type ActionAnswer = Whole<Schemas['ActionAnswer']>;

/** A snapshot's picture or clip. */
export interface Evidence {
  kind: string;
  ref: string;
  at?: string;
}

export type ClientMessage = Whole<Schemas['Hello'] | Schemas['Presence'] | Schemas['Ping']>;

/** `gone` is left out when nothing went. */
export type ChangesMessage = Omit<Whole<Schemas['Changes']>, 'gone'> & { gone?: string[] };

export type ServerMessage =
  | Whole<
      | Schemas['Snapshot'] | Schemas['CamerasMessage'] | Schemas['SourcesMessage'] | Schemas['SuppressionsMessage'] | Schemas['PresenceMessage'] | Schemas['ActionResultMessage']
      | Schemas['Pong'] | Schemas['Reload']
    >
  | ChangesMessage;

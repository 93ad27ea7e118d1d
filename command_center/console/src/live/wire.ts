// What the hub says of a live picture: the permission, then the head of the stream, then one fragment per frame.
import { post } from '../api/client';

/** Why somebody looks: an incident, or words. */
export interface LookReason {
  incident_id?: string;
  reason?: string;
}

export type StreamChoice = 'main' | 'sub';

/** POST /api/cameras/{id}/live: allowed once. */
export interface LiveGrant {
  ticket: string;
  url: string;
  codec: string;
  watermark: string;
}

/** The first message on the socket. */
export interface LiveHead {
  mime: string;
  width: number;
  height: number;
}

export function askToLook(cameraId: string, why: LookReason, stream: StreamChoice): Promise<LiveGrant> {
  return post<LiveGrant>(`/api/cameras/${encodeURIComponent(cameraId)}/live`, { ...why, stream });
}

export function headOf(text: string): LiveHead | null {
  const said = JSON.parse(text) as Partial<LiveHead>;
  if (typeof said.mime !== 'string') return null;
  return { mime: said.mime, width: said.width ?? 0, height: said.height ?? 0 };
}

/** The same reason as a query, for the pictures beside the film. */
export function queryOf({ incident_id, reason }: LookReason): string {
  return incident_id !== undefined ? `incident_id=${encodeURIComponent(incident_id)}` : `reason=${encodeURIComponent(reason ?? '')}`;
}

/** A socket of this hub or of another server that speaks as it does; else a film that the browser plays by itself. */
export function socketAddress({ url }: LiveGrant, page: string): string | null {
  const address = new URL(url, page);
  if (url.startsWith('/')) address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return /^wss?:$/.test(address.protocol) ? address.href : null;
}

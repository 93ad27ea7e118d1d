// What the hub says of a live picture: the permission, then the head of the stream, then one fragment per frame.
import { post } from '../api/client';
import type { LiveGrant } from '../wire/messages';

/** Why somebody looks: an incident, or words. */
export interface LookReason {
  incident_id?: string;
  reason?: string;
}

export type StreamChoice = 'main' | 'sub';

/** The first message on the socket, and again when the stream becomes another. */
export interface LiveHead {
  mime: string;
  width: number;
  height: number;
}

/** Permission to look, once; the hub writes it into the access register. */
export function askToLook(cameraId: string, why: LookReason, stream: StreamChoice, hevc: boolean): Promise<LiveGrant> {
  return post<LiveGrant>(`/api/cameras/${encodeURIComponent(cameraId)}/live`, { ...why, stream, hevc });
}

/** What the hub says between the pictures: how they are coded, or why there are none for the moment. */
export function said(text: string): LiveHead | { fault: string } | null {
  const message = JSON.parse(text) as Partial<LiveHead> & { fault?: string };
  if (typeof message.mime === 'string') return { mime: message.mime, width: message.width ?? 0, height: message.height ?? 0 };
  return typeof message.fault === 'string' ? { fault: message.fault } : null;
}

/** The same reason as a query, for the pictures beside the film. */
export function queryOf({ incident_id, reason }: LookReason): string {
  return incident_id !== undefined ? `incident_id=${encodeURIComponent(incident_id)}` : `reason=${encodeURIComponent(reason ?? '')}`;
}

/** A socket of this hub or of another server that speaks as it does; else a film that the browser plays by itself. */
export function socketAddress({ url }: Pick<LiveGrant, 'url'>, page: string): string | null {
  const address = new URL(url, page);
  if (url.startsWith('/')) address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return /^wss?:$/.test(address.protocol) ? address.href : null;
}

// Talks to the hub over HTTP; a refusal becomes a Problem with the hub's own words (RFC 9457).

export interface FieldError {
  field: string;
  reason: string;
  hint: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail || title);
  }
}

const TIMEOUT_MS = 10_000;

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return new Problem(response.status, response.statusText, text.slice(0, 200));
  }
  const body = JSON.parse(text) as Partial<Problem>;
  const detail = typeof body.detail === 'string' ? body.detail : '';
  return new Problem(response.status, body.title ?? response.statusText, detail, body.errors ?? []);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'same-origin', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Problem(0, 'unreachable', cause instanceof Error ? cause.message : String(cause));
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function get<T>(path: string): Promise<T> {
  return (await (await send(path, { method: 'GET' })).json()) as T;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await send(path, init);
  return (response.status === 204 ? null : await response.json()) as T;
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' });
}

/** A picture and when it was taken; the object URL must be released by whoever shows it. */
export async function picture(path: string): Promise<{ url: string; at: string | null }> {
  const response = await send(path, { method: 'GET' });
  const url = URL.createObjectURL(await response.blob());
  return { url, at: response.headers.get('x-captured-at') };
}

/** 26 letters and digits, made here so that a request sent twice is done once. */
export function newActionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

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

/** The answer with its body read: a line that breaks in the middle of a body is as unreachable as one that breaks before. */
async function send<T>(path: string, init: RequestInit, read: (response: Response) => Promise<T>, patience = TIMEOUT_MS): Promise<T> {
  try {
    const response = await fetch(path, { ...init, credentials: 'same-origin', signal: AbortSignal.timeout(patience) });
    if (response.ok) return await read(response);
    throw await problemOf(response);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(0, 'unreachable', cause instanceof Error ? cause.message : String(cause));
  }
}

export async function get<T>(path: string): Promise<T> {
  return send(path, { method: 'GET' }, async (response) => (await response.json()) as T);
}

function writing(method: 'POST' | 'PUT', body: unknown): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

const written = async <T>(response: Response): Promise<T> => (response.status === 204 ? null : await response.json()) as T;

/** `patience`: milliseconds, for what is known to take long. */
export async function post<T>(path: string, body: unknown, patience = TIMEOUT_MS): Promise<T> {
  return send(path, writing('POST', body), written<T>, patience);
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return send(path, writing('PUT', body), written<T>);
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' }, async () => undefined);
}

/** A picture and when it was taken; the object URL must be released by whoever shows it. */
export async function picture(path: string): Promise<{ url: string; at: string | null }> {
  return send(path, { method: 'GET' }, async (response) => {
    const url = URL.createObjectURL(await response.blob());
    return { url, at: response.headers.get('x-captured-at') };
  });
}

/** 26 letters and digits, made here so that a request sent twice is done once. */
export function newActionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

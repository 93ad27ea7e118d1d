// Where a picture or film of a signal is fetched; the incident is the reason, and the hub registers the look.
import type { Evidence } from '../wire/messages';

export function evidenceAddress({ ref }: Evidence, incidentId: string): string {
  const path = ref.split('/').map(encodeURIComponent).join('/');
  return `/api/evidence/${path}?incident_id=${encodeURIComponent(incidentId)}`;
}

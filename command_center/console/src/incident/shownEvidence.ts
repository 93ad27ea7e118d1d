// A picture or film of a signal as it is shown: where it is fetched and what stands below it. The incident is the reason,
// and the hub registers the look.
import { computed, type ComputedRef } from 'vue';
import { now } from '../clock/clock';
import { timeOfDay } from '../clock/durations';
import { t } from '../words/language';
import type { Evidence } from '../wire/messages';

export interface EvidenceProps {
  evidence: Evidence;
  incidentId: string;
  label: string;
}

function addressOf({ ref }: Evidence, incidentId: string): string {
  const path = ref.split('/').map(encodeURIComponent).join('/');
  return `/api/evidence/${path}?incident_id=${encodeURIComponent(incidentId)}`;
}

export function shownEvidence(props: Readonly<EvidenceProps>): { source: ComputedRef<string>; note: ComputedRef<string> } {
  return {
    source: computed(() => addressOf(props.evidence, props.incidentId)),
    note: computed(() => t('snapshot_note', { time: props.evidence.at ? timeOfDay(props.evidence.at, now.value) : '', label: props.label })),
  };
}

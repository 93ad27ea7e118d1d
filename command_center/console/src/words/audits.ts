// Words of the audit of silent decisions: [中文, English].

export const AUDIT_WORDS = {
  audit: ['抽查', 'Spot check'],
  audit_join: ['{source} {time} 自动并入本事件，对吗？', '{source} {time} joined this incident by itself: right?'],
  audit_new: ['{source} {time} 没有并入 {label}，自成一件，对吗？', '{source} {time} was kept apart from {label}: right?'],
  audit_yes: ['对', 'Right'],
  audit_no: ['不对', 'Wrong'],
  audit_kept: ['抽查已记下，谢谢', 'Noted, thank you'],
  audit_kept_wrong: ['已记下；记下不改动事件，要改请用拆分或并入', 'Noted; that changes nothing here: to correct it, split or take in'],
} as const;

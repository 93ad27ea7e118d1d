// Words for those downstream: who holds an order, and who outside is told: [中文, English].

export const DOWNSTREAM_WORDS = {
  order_merged: ['你处置的 {label} 已并入 {into}，此后以它为准', 'Your {label} was merged into {into}: go on there'],
  order_rejected: ['你处置的 {label} 已定为误报', 'Your {label} was found false'],
  order_moved: ['你处置的 {label} 位置已更正，移动 {n} 米', 'The place of your {label} was corrected by {n} m'],
  order_open: ['打开', 'Open'],
  webhooks: ['对外推送', 'Webhooks'],
  webhooks_note: ['每次变化至少告知一次，签名为 Standard Webhooks；演练只推演练接收方', 'Each change at least once, signed as Standard Webhooks; drills to receivers of drills only'],
  webhooks_counts: ['待推 {waiting} · 未能送达 {dead}', '{waiting} waiting · {dead} not delivered'],
  webhooks_target: ['接收方', 'Receiver'],
  webhooks_tries: ['已试 {n} 次', '{n} tries'],
} as const;

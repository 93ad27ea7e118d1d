// Words of prevention: where the same kind recurs, and how many disputes and petitions a grid has: [中文, English].

export const PREVENTION_WORDS = {
  spots: ['预防', 'Prevention'],
  spots_title: ['高发点 {n}', '{n} recurring places'],
  spots_none: ['没有达到次数的地点', 'No place reaches the count'],
  spots_times: ['{n} 次', '{n} times'],
  spots_last: ['最近 {time}', 'last {time}'],
  spots_items: ['数字为各网格近 30 天纠纷、信访件数；不足 3 件只显示“<3”', 'Figures: disputes and petitions per grid in 30 days; fewer than 3 are shown as “<3”'],
  spots_count: ['{source} {n}', '{source} {n}'],
  key_prevention: ['高发点与纠纷信访', 'Recurring places, disputes'],
} as const;

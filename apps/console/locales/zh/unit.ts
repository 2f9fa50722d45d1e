export const unit = {
  wanShort: '万元',
  wan: '万元',
  yuan: '元',
  people: '人',
  households: '户',
  percent: '%',
  percentYear: '年利率，%',
  points: '分',
  rows: '行',
  years: '岁',
  months: '个月',
};

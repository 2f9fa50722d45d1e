export const plan = {
  principal: '本金',
  interest: '利息',
  balance: '剩余本金',
  total: '本息',
  overdue: '逾期',
  paid: '已还',
  number: '期',
  due: '还款日',
  state: '状态',
  sum: '合计',
  table: '还款计划',
  amounts: '元',
};

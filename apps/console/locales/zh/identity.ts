export const identity = {
  lead: '可能是同一个人的两条记录；结论在下次发布时生效',
  look: '看',
  total: '{{count}} 对',
  none: '没有待核的记录',
  noneNext: '加载时如发现姓名、电话、住址相近而证件号不同的记录，会列在这里。',
  left: '甲',
  right: '乙',
  sources: '来源',
  field: { name: '姓名', id_masked: '证件号', birth_date: '出生', sex: '性别', phone_masked: '手机', address: '住址', grid_code: '网格' },
};

export const graph = {
  label: '关系图',
  house: '本户',
  outside: '管辖范围外',
  none: '没有已知的关联',
  noneNext: '担保、企业、亲属、同号码和同住址的关联会画在这里。',
  asTable: '看关系表',
  asTableMore: '看关系表（另有 {{count}} 方）',
  asDrawing: '看关系图',
  from: '一方',
  tie: '关系',
  to: '另一方',
};

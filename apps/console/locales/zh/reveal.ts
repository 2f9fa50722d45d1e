export const reveal = {
  id_no: '证件号',
  phone: '手机号',
  address: '住址',
  open: '查看完整{{field}}',
  hint: '查看完整号码：需填写理由并留痕',
  title: '查看完整{{field}}',
  reason: '为什么需要看（至少 4 个字）',
  example: '例如：电话核对签约时间',
  note: '本次查看会记入审计：谁、何时、看了谁的什么、为什么。30 秒后自动隐去。',
  show: '查看',
  cancel: '不看了',
};

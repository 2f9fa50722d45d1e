export const states = {
  loading: '正在读取',
  retry: '再试一次',
  back: '返回',
  failed: {
    title: '没有读到数据',
    network: '连不上服务器。请检查网络后再试，已填的内容还在。',
    unreadable: '服务器的回答与约定不符，请把下面的位置告诉科技部。',
  },
  forbidden: { title: '没有权限', body: '这项内容不在你的岗位或网格范围内。如工作需要，请联系系统管理员。' },
  missing: { title: '没有这一项', body: '它可能已被替换，或不在你的网格范围内。' },
  unknownWhy: '未知：{{why}}',
  unknown: '数据来源没有提供',
  code: '代码 {{code}}',
};

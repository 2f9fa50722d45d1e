export const timeline = {
  count: '{{count}} 人',
  distance: '定位偏差 {{metres}} 米',
  stay: '停留 {{minutes}} 分钟',
  photos: '照片 {{count}} 张',
  until: '至 {{day}}',
  comma: '，',
};

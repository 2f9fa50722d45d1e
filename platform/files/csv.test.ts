import { expect, test } from 'vitest';
import { csvLine } from './index.ts';

test.each([
  [['孙立国', 46, null], '孙立国,46,\r\n'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
  [["=cmd|' /C calc'!A0", '+1+1', '-2+3', '@SUM(A1)'], "'=cmd|' /C calc'!A0,'+1+1,'-2+3,'@SUM(A1)\r\n"],
  [['\t=1', '\r=1', '=1'], '"\'\t=1","\'\r=1",\'=1\r\n'],
  [['-12.50', '-3', '5.10'], '-12.50,-3,5.10\r\n'],
  [['＝1', '－1', ''], "'＝1,'－1,\r\n"],
])('%j as a line of CSV', (values, line) => {
  expect(csvLine(values)).toBe(line);
});

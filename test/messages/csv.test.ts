import { expect, test } from 'vitest';
import { csvOf } from '../../src/messages/markup.ts';

test('only what must be is quoted, and nothing is a formula', () => {
  const rows = [
    ['a', 'b c', 'say "b"', '1,2', 'two\nlines'],
    ['=1+1', '+1', '-1', '@x', ''],
    ['\t=1', '\r=1', '\n=1', ' =1', '1=1'],
  ];
  expect(csvOf(rows)).toBe(
    `a,b c,"say ""b""","1,2","two\nlines"\r\n'=1+1,'+1,'-1,'@x,\r\n'\t=1,"'\r=1","'\n=1", =1,1=1\r\n`,
  );
});

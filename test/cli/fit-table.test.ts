import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitTable } from '../../src/cli/fit-table.ts';

test('a small table is as wide as its cells, with figures at the right', () => {
  expect(
    fitTable(
      ['Run', 'In'],
      [
        ['r-1', '+5'],
        ['r-20', '+12'],
      ],
      { numeric: ['In'] },
    ),
  ).toBe('Run    In\nr-1    +5\nr-20  +12');
});

test('long cells are wrapped between words, and words that are too long are cut', () => {
  const table = fitTable(['Target', 'Cause'], [['hub', 'publication 404, Storage.WestUS']], { width: 24 });
  expect(table.split('\n').slice(1)).toEqual(['hub     publication 404,', '        Storage.WestUS']);
  expect(fitTable(['A'], [['x'.repeat(30)]], { width: 20 })).toBe(`A\n${'x'.repeat(20)}\n${'x'.repeat(10)}`);
});

test('no line is wider than there is room, and nothing is lost', () => {
  const word = fc.stringMatching(/^[a-z0-9:./-]{1,60}$/);
  const cell = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 5 }),
      fc.integer({ min: 60, max: 120 }),
      (rows, width) => {
        const table = fitTable(['One', 'Two', 'Three', 'Four'], rows, { numeric: ['Two'], width });
        for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
        const letters = (text: string) => text.replace(/\s/g, '').split('').sort().join('');
        expect(letters(table)).toBe(letters(['One', 'Two', 'Three', 'Four', ...rows.flat()].join('')));
      },
    ),
  );
});

test('what people copy is wrapped last', () => {
  const rows = [['hub-of-all-branches', '+ 2603:1030:40f:8002::/63']];
  const options = { width: 36, whole: ['Range'] };
  expect(fitTable(['Target', 'Range'], rows, options)).toContain('+ 2603:1030:40f:8002::/63');
  expect(fitTable(['Target', 'Range'], rows, { width: 36 })).not.toContain('+ 2603:1030:40f:8002::/63');
});

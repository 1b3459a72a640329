import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tableText } from '../src/text-table.ts';
import { checkProperty } from './support/oracle/check-property.ts';

const head = ['Tag', 'IPv4 addresses', 'Hold'];
const rows = [
  ['AzureContainerRegistry.NorthEurope', '2,144', 'AzureContainerRegistry.NorthEurope-loss-290-5e0e15be'],
  ['Storage.WestUS', '10,880', ''],
];

test('one line a row where there is room, numbers to the right, nothing at the end of a line', () => {
  expect(tableText(head, rows, { numeric: ['IPv4 addresses'], width: 120 }).split('\n')).toEqual([
    'Tag                                 IPv4 addresses  Hold',
    'AzureContainerRegistry.NorthEurope           2,144  AzureContainerRegistry.NorthEurope-loss-290-5e0e15be',
    'Storage.WestUS                              10,880',
  ]);
});

test('headings break at words before ids are cut', () => {
  const lines = tableText(head, [['Storage.WestUS', '10,880', 'Storage.WestUS-loss-290-5e0e15be']], {
    numeric: ['IPv4 addresses'],
    width: 60,
  });
  expect(lines.split('\n')).toEqual([
    'Tag                   IPv4  Hold',
    '                 addresses',
    'Storage.WestUS      10,880  Storage.WestUS-loss-290-5e0e15be',
  ]);
});

test('what people copy is wrapped last', () => {
  const cells = [['20.0.0.0/24 and some words', 'r-20261123t000000z-63936fc7']];
  expect(
    tableText(['Range', 'Run'], cells, { whole: ['Run'], width: 40 })
      .split('\n')
      .at(1),
  ).toMatch(/r-20261123t000000z-63936fc7$/);
});

test('keeps the indentation of a cell', () => {
  expect(
    tableText(['What'], [['beyond'], ['  came back later']])
      .split('\n')
      .at(-1),
  ).toBe('  came back later');
});

test('fits, and loses no letter, for whatever cells', () => {
  const cell = fc.stringMatching(/^[A-Za-z0-9.:/-]{0,40}( [a-z]{1,12}){0,3}$/);
  const table = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 5 });
  checkProperty(fc.tuple(table, fc.integer({ min: 60, max: 200 })), ([cells, width]) => {
    const text = tableText(['One', 'Two', 'Three', 'Four'], cells, { numeric: ['Two'], width });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    const letters = (all: string) => [...all.replaceAll(/\s/g, '')].sort().join('');
    expect(letters(text)).toBe(letters(`OneTwoThreeFour${cells.flat().join('')}`));
  });
});

test('a name that is wider than its column goes on behind its dot', () => {
  const text = tableText(['Tag', 'Kind'], [['AzureContainerRegistry.WestEurope', 'a rather long text beside it']], {
    width: 40,
  });
  const cells = text
    .split('\n')
    .map((line) => line.split(/\s{2,}/)[0])
    .filter((cell) => cell !== '');
  expect(cells).toEqual(['Tag', 'AzureContainerRegistry.', 'WestEurope']);
});

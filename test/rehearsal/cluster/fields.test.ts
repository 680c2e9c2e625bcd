import { expect, test } from 'vitest';
import { threeWay } from '../../../src/rehearsal/cluster/fields.ts';

/** What kubectl's documentation of its three-way patch says, with lists that are merged by a key and lists that are not. */
test.each([
  ['nothing differs', { a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }],
  ['changed by another: set back', { a: 1 }, { a: 1 }, { a: 2 }, { a: 1 }],
  ['taken away by another: set again', { a: 1 }, { a: 1 }, {}, { a: 1 }],
  ['added by another: stays', {}, { a: 1 }, { a: 1, b: 1 }, { a: 1, b: 1 }],
  ['taken out of Git: goes', { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1 }, { a: 1 }],
  ['deep', { m: { x: 1, y: 1 } }, { m: { x: 2 } }, { m: { x: 1, y: 1, z: 1 } }, { m: { x: 2, z: 1 } }],
  ['null takes away', {}, { a: null }, { a: 1 }, {}],
  [
    'a list is one value',
    { args: ['a'] },
    { args: ['a', 'b'] },
    { args: ['x', 'y', 'z'] },
    { args: ['a', 'b'] },
  ],
  [
    'elements by their key: another one stays, one taken out of Git goes',
    { env: [{ name: 'A', value: '1' }, { name: 'B' }] },
    { env: [{ name: 'A', value: '2' }] },
    { env: [{ name: 'A', value: '1' }, { name: 'B' }, { name: 'C' }] },
    { env: [{ name: 'A', value: '2' }, { name: 'C' }] },
  ],
])('%s', (_, original, config, live, expected) => {
  expect(threeWay(original, config, live, true)).toEqual(expected);
});

test('lists of custom resources are one value, whatever their name', () => {
  const [config, live] = [{ env: [{ name: 'A' }] }, { env: [{ name: 'A' }, { name: 'B' }] }];
  expect(threeWay(config, config, live, false)).toEqual(config);
});

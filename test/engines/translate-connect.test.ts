import { describe, expect, test } from 'vitest';
import { translateConnect as mysql } from '../../src/engines/mysql/errors.ts';
import { translateConnect as postgres } from '../../src/engines/postgres/errors.ts';

// What is waited for, and what is not: a run asks again for a minute after `connection-failed`, and after nothing else.
describe.each([
  ['postgres', postgres],
  ['mysql', mysql],
])('%s', (_, translate) => {
  test('nobody listens: it may come right', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(translate(error, 'db')).toMatchObject({
      code: 'connection-failed',
      message: 'db: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  test('a fault of ours is told as one, and not waited for', () => {
    expect(translate(new TypeError('createConnection is not a function'), 'db')).toMatchObject({
      code: 'internal',
      message: "a fault of Mooring's own: createConnection is not a function",
      hint: 'Please report it with the output of --debug.',
    });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/cache.ts';
import { caseFolders, expectFile } from '../support/case-folders.ts';
import { type Answer, interpreters, type Question } from '../support/lua.ts';
import { skipAloud, testIf } from '../support/skip.ts';
import { randomObjects } from './random-status.ts';

const SCRIPT = join(ROOT, 'manifests/argocd/health.lua');
const CASES = caseFolders('health').map(({ name, dir }) => ({
  name,
  dir,
  question: {
    now: Number(readFileSync(join(dir, 'now'), 'utf8')),
    object: load(readFileSync(join(dir, 'object.yaml'), 'utf8')),
  } satisfies Question,
}));

const { there, missing } = interpreters();

for (const interpreter of there) {
  describe(`health of a DatabaseSchema, in ${interpreter.name}`, () => {
    const ask = (...questions: readonly Question[]): readonly Answer[] => interpreter.ask(SCRIPT, questions);

    test.each(CASES)('$name', ({ dir, question }) => {
      expectFile(dir, 'expected.yaml', dump(ask(question)[0], { lineWidth: -1 }));
    });

    test('whatever a status holds: no error, a verdict with a message, never Progressing', () => {
      const questions = randomObjects(5_000);
      const answers = ask(...questions);
      const bad = answers.flatMap((answer, at) =>
        'error' in answer || !/^(Healthy|Degraded)$/.test(answer.status) || answer.message === ''
          ? [{ answer, question: questions[at] }]
          : [],
      );
      expect(bad).toEqual([]);
      expect(answers).toHaveLength(questions.length);
      // Both verdicts are seen, and often: the generator does not miss the script's branches.
      const healthy = answers.filter((answer) => 'status' in answer && answer.status === 'Healthy').length;
      expect(healthy).toBeGreaterThan(200);
      expect(answers.length - healthy).toBeGreaterThan(2_000);
    });

    test.each([undefined, null, 7, 'text', [], {}, { status: {} }])(
      'an object that is none: %j',
      (object) => {
        expect(ask({ now: 0, object })[0]).toMatchObject({
          status: expect.stringMatching(/^(Healthy|Degraded)$/),
        });
      },
    );
  });
}

for (const reason of missing) skipAloud(reason)('health of a DatabaseSchema');

testIf(there.length > 1, missing.join('; '))('both interpreters say the same', () => {
  const questions = [...CASES.map(({ question }) => question), ...randomObjects(500)];
  const [first, ...others] = there.map((interpreter) =>
    interpreter.ask(SCRIPT, questions).map((answer) => ('error' in answer ? 'error' : answer)),
  );
  for (const other of others) expect(other).toEqual(first);
});

import { type Change, type Held, MooringError } from '../api/api.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isAllowed, type Loss, type Recorder, type RunRequest } from '../runner/runner.ts';

/** What is to be put back. */
export interface Drifted {
  readonly recorder: Recorder;
  readonly owner: string;
  readonly recorded: Catalog;
  readonly changes: readonly Change[];
}

/** Who asks for it: somebody who sees what comes of it, or a Job that nobody watches. */
export type Reverter = 'person' | 'job';

export interface ToPutBack extends Drifted {
  readonly by: Reverter;
}

/** What drifted, with all that came or went with it. */
export function keysOf({ recorder, recorded, changes }: Drifted): ReadonlySet<string> {
  const keys = new Set(changes.map(({ object }) => object));
  const whole = new Set(changes.filter(({ change }) => change !== 'changed').map(({ object }) => object));
  for (const { objects } of [recorder.catalog, recorded]) {
    for (const [key, { parent }] of objects) {
      if (parent === undefined || !whole.has(parent)) continue;
      keys.add(key);
      whole.add(key);
    }
  }
  return keys;
}

/** What putting it back would lose, unless a person allows it. */
export function heldByLoss(request: RunRequest, losses: readonly Loss[]): Held | undefined {
  if (losses.length === 0 || isAllowed(request, 'data-loss')) return undefined;
  const message = `putting it back would lose data:\n${losses.map((loss) => `- ${loss.what} (${loss.estimate})`).join('\n')}`;
  const estimate = losses.map((loss) => `${loss.what}: ${loss.estimate}`).join('; ');
  return { id: '', reason: 'data-loss', message, estimate, allow: '--allow data-loss' };
}

export function refusedBecause(why: string): MooringError {
  return new MooringError('revert-refused', `the drift cannot be put back: ${why}`, {
    hint: 'Nothing was changed. Put it back by a migration, or keep it: mooring accept --url …',
  });
}

/** For the report of the run. */
export function putBackBy(statements: readonly string[]): string {
  return `put back by:\n${statementLines(statements)}`;
}

export function statementLines(statements: readonly string[]): string {
  return statements.map((sql) => `  ${sql.replaceAll('\n', '\n  ')};`).join('\n');
}

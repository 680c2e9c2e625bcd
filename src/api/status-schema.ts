import { STATUS_LIMITS } from './database-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { CONDITION_TYPES } from './reasons.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const instant = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });
const count = (description: string): JsonSchema => ({
  type: 'integer',
  format: 'int64',
  minimum: 0,
  description,
});
const epoch = (description: string): JsonSchema => count(`${description} In whole seconds since 1970.`);
const list = (description: string, items: JsonSchema): JsonSchema => ({ type: 'array', description, items });
const object = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  description,
  properties,
  ...(required.length === 0 ? {} : { required }),
});

/** What the renderer adds to the definition: which bundle belongs to this object. */
export const BUNDLE_SCHEMA: JsonSchema = object(
  'The bundle of the Git revision that this object was rendered from.',
  {
    digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$', description: 'Digest of the bundle.' },
    migrations: count('How many migrations it holds, repeatables included.'),
    head: text('Id of its last migration.'),
  },
  ['digest', 'migrations'],
);

/**
 * DatabaseSchemaStatus as JSON Schema, with a sentence for each field. Every field has one type, and nothing is
 * required and no list or text limited that a run could fail to fill: a status that the API server refuses leaves the
 * old one standing. What a newer runner adds is dropped by an older CRD, not refused: no enums but Kubernetes' own.
 */
export const STATUS_SCHEMA: JsonSchema = object(
  'Where the database stands, as our Jobs saw it last. A copy: the truth lies in the database.',
  {
    observedGeneration: count('The generation of this object that was looked at.'),
    conditions: list(
      `Conditions, at most one of each type: ${Object.keys(CONDITION_TYPES).join(', ')}.`,
      object(
        'A condition.',
        {
          type: text('Its type.'),
          status: { type: 'string', enum: ['True', 'False', 'Unknown'], description: 'Whether it holds.' },
          reason: text('Why, in one word: an error code in PascalCase, or a reason that is no error.'),
          message: text('Why, in one line.'),
          lastTransitionTime: instant('When its status changed.'),
          observedGeneration: count('The generation of this object that it speaks of.'),
        },
        ['type', 'status'],
      ),
    ),
    bundle: object('The bundle that the database has.', {
      digest: text('Digest of the bundle that the database last converged to.'),
      awaited: object('The bundle of a rollout that has begun.', {
        digest: text('Digest of the bundle of a rollout that has begun.'),
        until: epoch('When the Jobs of that rollout must have ended.'),
      }),
    }),
    history: object('What is applied, as the database had it when it was last looked at.', {
      count: count('How many migrations are applied.'),
      head: text('Id of the newest applied migration.'),
      digest: text('sha256 over the ids of all applied migrations, in the order of their application.'),
      undoHashes: {
        type: 'object',
        description:
          'sha256 of the stored undo, by migration id, of those that a rollback may take back. An undo with another hash is not run.',
        additionalProperties: { type: 'string' },
      },
    }),
    snapshot: object('The recorded catalog that is answered for.', {
      fingerprint: text('sha256 over all objects of the snapshot.'),
      at: instant('When the snapshot was recorded.'),
    }),
    drift: object('How the live database differs from the snapshot.', {
      count: count('How many objects differ.'),
      fingerprint: text('sha256 over all objects of the live database.'),
      changes: list(
        `The first ${STATUS_LIMITS.changes} of them.`,
        object('An object that differs.', {
          object: text('Its kind and name, such as `column public.orders.note`.'),
          kind: text('Its kind.'),
          change: text('added, removed or changed.'),
          details: list('What of it, as `<property>: <old> → <new>`.', text('One property.')),
        }),
      ),
    }),
    held: list(
      'Undos that wait for a person.',
      object('An undo that was not run.', {
        id: text('Id of the migration.'),
        reason: text('Error code of what holds it.'),
        message: text('Why, in one line.'),
        estimate: text('How much is at stake.'),
        allow: text('What to allow so that it runs all the same; empty if nothing does.'),
      }),
    ),
    lastRun: object('The last run that was to change the database, also one that changed nothing.', {
      job: text('gate, prepare or converge; cli: from a laptop or CI.'),
      result: text('done, nothing, failed, refused, held or superseded.'),
      at: instant('When it ended.'),
      ms: count('How many milliseconds it took.'),
      bundle: text('Digest of its bundle.'),
      applied: count('How many migrations it applied.'),
      undone: count('How many it took back.'),
      error: object('Why it failed or was refused.', {
        code: text('Error code.'),
        message: text('What was found and what was expected, in one line.'),
        hint: text('What to type next.'),
        file: text('File of the schema directory.'),
        line: count('Line in it, counted from 1.'),
      }),
    }),
    checkedAt: instant('When the database was last looked at.'),
    staleAfter: epoch('From then on the silence of the check counts as bad news.'),
    graceUntil: epoch(
      'Until then health is good whatever else is said, so that a PostSync hook is not held up.',
    ),
    targets: object('The databases that this object is applied to.', {
      total: count('How many there are.'),
      ready: count('How many of them stand where the bundle says.'),
      worst: list(
        `Up to ${STATUS_LIMITS.worst} of those that do not, the worst first.`,
        object('A database.', {
          target: text('Its name.'),
          reason: text('Why it is not ready, as in a condition.'),
          message: text('Why, in one line.'),
        }),
      ),
    }),
  },
);

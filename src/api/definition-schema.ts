import { DURATION_PATTERN } from './duration.ts';
import type { JsonSchema } from './json-schema.ts';

const text = (description: string, more: Partial<JsonSchema> = {}): JsonSchema => ({
  type: 'string',
  description,
  minLength: 1,
  ...more,
});

const choice = (description: string, values: readonly string[], preset?: string): JsonSchema => ({
  description,
  enum: values,
  ...(preset === undefined ? {} : { default: preset }),
});

const list = (
  description: string,
  items: JsonSchema,
  more: Partial<JsonSchema> = { default: [] },
): JsonSchema => ({
  type: 'array',
  description,
  items,
  ...more,
});

/** An object of known keys; with `preset` it is always there, filled from the defaults of its keys. */
const object = (
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  more: Partial<JsonSchema> = {},
): JsonSchema => ({ type: 'object', description, additionalProperties: false, properties, ...more });

const preset: Partial<JsonSchema> = { default: {} };

/** A number 0 is taken too: nobody quotes it. */
const duration = (description: string, byDefault: string): JsonSchema => ({
  description: `${description} A duration such as 500ms, 2s, 30m or 1h.`,
  anyOf: [
    { type: 'string', pattern: DURATION_PATTERN },
    { type: 'integer', const: 0 },
  ],
  'x-expected': 'a duration such as 500ms, 2s, 30m or 1h',
  default: byDefault,
});

const open = (description: string): JsonSchema => ({ type: 'object', description });

const texts = (description: string): JsonSchema => ({
  type: 'object',
  description,
  additionalProperties: { type: 'string' },
  default: {},
});

const relative = (description: string): JsonSchema =>
  text(description, {
    pattern: '^(?!/)(?!(.*/)?\\.\\.(/|$))[^\\\\\\u0000]*$',
    'x-expected': 'a path below the schema directory, such as db/migrations',
  });

const keyReference = (what: string): JsonSchema =>
  object(
    `A key of a ${what} in the namespace of the application.`,
    {
      name: text(`Name of the ${what}.`),
      key: text(`Key within the ${what}.`),
    },
    { required: ['name', 'key'] },
  );

const fromSecret = (description: string, more: Partial<JsonSchema> = {}): JsonSchema =>
  object(description, { secretKeyRef: keyReference('Secret') }, { required: ['secretKeyRef'], ...more });

const BY_PARTS = ['host', 'database', 'userFrom', 'passwordFrom'];

const connection = (description: string): JsonSchema =>
  object(
    description,
    {
      urlFrom: fromSecret(
        'Where the whole database URL is kept, e.g. postgres://user:password@host:5432/database.',
      ),
      host: text(
        'Host name of the database server; with database, userFrom and passwordFrom instead of urlFrom.',
      ),
      port: {
        type: 'integer',
        description: 'Port of the database server; the default is the one of the engine.',
        minimum: 1,
        maximum: 65535,
      },
      database: text('Name of the database.'),
      userFrom: fromSecret('Where the user name is kept.'),
      passwordFrom: fromSecret('Where the password is kept.'),
      tls: object(
        'How the connection is encrypted.',
        {
          mode: choice(
            'verify: encrypted, and the certificate of the server is checked; encrypt: encrypted, unchecked; off: as it comes.',
            ['verify', 'encrypt', 'off'],
            'verify',
          ),
          caFrom: object(
            'Where the certificate authority is kept, in PEM.',
            { secretKeyRef: keyReference('Secret'), configMapKeyRef: keyReference('ConfigMap') },
            { minProperties: 1, maxProperties: 1, 'x-expected': 'either secretKeyRef or configMapKeyRef' },
          ),
        },
        preset,
      ),
      role: text('Role to take on after login, so that it owns what is created (SET ROLE).'),
      pooler: choice(
        'What stands between us and the server. A pooler in transaction mode is refused.',
        ['none', 'session'],
        'none',
      ),
    },
    {
      oneOf: [
        { required: ['urlFrom'], not: { anyOf: [...BY_PARTS, 'port'].map((key) => ({ required: [key] })) } },
        { required: BY_PARTS, not: { required: ['urlFrom'] } },
      ],
      'x-expected': 'either urlFrom alone, or host, database, userFrom and passwordFrom',
    },
  );

/** Schema of `mooring.yaml` (contracts §2): shapes, defaults and descriptions of every key, once for all readers. */
export const DEFINITION_SCHEMA: JsonSchema = object(
  'One database schema and how it is migrated.',
  {
    apiVersion: text('Version of this file format.', { const: 'mooring.dev/v1alpha1' }),
    kind: text('What this file defines.', { const: 'DatabaseSchema' }),
    metadata: object(
      'What it is called.',
      {
        name: text('Name of the DatabaseSchema; the names of its objects in the cluster begin with it.', {
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
          maxLength: 35,
          'x-expected':
            'a DNS label: at most 35 lower-case letters, digits and hyphens, with no hyphen at either end',
        }),
      },
      { required: ['name'] },
    ),
    spec: object(
      'What the database is to become, and how.',
      {
        engine: choice('Server that runs the SQL.', ['postgres', 'mysql', 'mariadb']),
        connection: connection(
          'How the Jobs reach the database. Only references to Secrets, never a password.',
        ),
        mode: choice(
          'versioned: migrations in order; declarative: the files of `desired` say what the schema is.',
          ['versioned', 'declarative'],
          'versioned',
        ),
        migrations: object(
          'The migration files.',
          {
            path: { ...relative('Folder of the migrations.'), default: 'migrations' },
            format: text('How the files are named and written.', { default: 'mooring' }),
            transaction: choice(
              'on: each migration in one transaction where the server can; off: statement by statement, journaled.',
              ['on', 'off'],
              'on',
            ),
            order: choice(
              'strict: a migration before an applied one is refused; any: it is applied.',
              ['strict', 'any'],
              'strict',
            ),
            contract: choice(
              'deferred: trailing contract migrations wait until the application has rolled out; in-gate: they do not.',
              ['deferred', 'in-gate'],
              'deferred',
            ),
          },
          preset,
        ),
        desired: list(
          'SQL files that say what the schema is, for mode declarative. `*` stands for any part of a name.',
          relative('A file, or a pattern.'),
          {
            default: ['schema/*.sql'],
          },
        ),
        scope: object(
          'What of the database is looked at.',
          {
            schemas: {
              description: 'all: every schema but those of the system and ours; or a list of names.',
              anyOf: [
                { const: 'all' },
                { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
              ],
              'x-expected': 'all, or a list of schema names',
              default: 'all',
            },
            ignore: list(
              'Objects that are not ours to answer for, as `<kind> <name>`; `*` stands for anything within one part.',
              text('For example `table public.tmp_*`.'),
            ),
            include: list('What is looked at besides.', { enum: ['privileges', 'owners'] }),
          },
          preset,
        ),
        gate: choice(
          'When pending migrations run. PreSync: before anything of the application changes; Sync: in a wave of the sync; none: they do not.',
          ['PreSync', 'Sync', 'none'],
          'PreSync',
        ),
        drift: object(
          'How changes that were made by hand are found.',
          {
            schedule: text(
              'Cron schedule of the check. Default: every 5 minutes, at an offset from the name.',
              {
                pattern:
                  '^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|[-0-9A-Za-z*,/?]+( +[-0-9A-Za-z*,/?]+){4})$',
                'x-expected': 'a cron schedule of five fields such as "*/5 * * * *"',
              },
            ),
            onDrift: choice('report: say so; revert: take it back.', ['report', 'revert'], 'report'),
            show: choice('Where drift is seen in Argo CD.', ['OutOfSync', 'Health'], 'OutOfSync'),
            connection: connection('Another account for the check; it may be read-only.'),
          },
          preset,
        ),
        rollback: object(
          'What a rollback may do.',
          {
            dataLoss: choice(
              'hold: an undo that would lose data waits for a person; allow: it runs.',
              ['hold', 'allow'],
              'hold',
            ),
            max: {
              type: 'integer',
              description: 'Most migrations that one rollback takes back.',
              minimum: 0,
              maximum: 1000,
              default: 20,
            },
            mixed: choice(
              'When database and files each have migrations that the other has not. refuse: nothing runs; gate: the gate applies.',
              ['refuse', 'gate'],
              'refuse',
            ),
          },
          preset,
        ),
        hazards: object(
          'Dangers of statements.',
          {
            allow: list('Codes of hazards that are allowed.', text('A code, or all.')),
            refuse: list('Codes of hazards that are always refused.', text('A code, or all.')),
            approve: list(
              'Digests of plans that a person has read and approved.',
              text('A digest as `plan` prints it.'),
            ),
          },
          preset,
        ),
        locks: object(
          'How long a statement waits for locks.',
          {
            timeout: duration('Of each attempt, where waiting blocks others.', '2s'),
            final: duration('Of the last attempt.', '60s'),
          },
          preset,
        ),
        scratch: object(
          'Where changes are tried out before they run.',
          {
            mode: choice('auto: wherever it is safe; none: nowhere.', ['auto', 'none']),
            urlFrom: fromSecret('Where the URL of a scratch server is kept.'),
          },
          { maxProperties: 1, 'x-expected': 'either mode or urlFrom', default: { mode: 'auto' } },
        ),
        job: object(
          'The Jobs in the cluster.',
          {
            image: text('Image of the runner. Default: the one that belongs to the renderer.'),
            deadline: duration('How long a Job may run.', '30m'),
            retries: {
              type: 'integer',
              description: 'How often a failed Job is tried again.',
              minimum: 0,
              maximum: 100,
              default: 2,
            },
            grace: duration('How long a Job may take to end when it is told to.', '60s'),
            resources: { ...open('Requests and limits of the container, as in Kubernetes.'), default: {} },
            nodeSelector: texts('Labels of the nodes that may run it.'),
            tolerations: list('Tolerations, as in Kubernetes.', open('A toleration.')),
            affinity: open('Affinity, as in Kubernetes.'),
            securityContext: open('Merged over the security context of the Pod.'),
            serviceAccountName: text('Service account of the Jobs that report. Default: one of their own.'),
            imagePullSecrets: list(
              'Secrets to pull the image with, as in Kubernetes.',
              open('A reference by name.'),
            ),
            labels: texts('Labels added to Jobs and Pods.'),
            annotations: texts('Annotations added to Jobs and Pods.'),
            env: list('Environment variables added to the container, as in Kubernetes.', open('A variable.')),
            podTemplate: { ...open('JSON merge patch over the pod template.'), default: {} },
            mesh: {
              type: 'boolean',
              description: 'Whether a service mesh may inject its sidecar.',
              default: false,
            },
            rbac: choice(
              'How the Jobs get their rights. clusterRole: a RoleBinding to the installed ClusterRole; role: a Role of their own; none: you see to it.',
              ['clusterRole', 'role', 'none'],
              'clusterRole',
            ),
            waves: object(
              'Sync waves of Argo CD.',
              Object.fromEntries(
                Object.entries({ bundle: -20, gate: -5, prepare: -10, converge: 990, last: 1000 }).map(
                  ([wave, at]) => [
                    wave,
                    {
                      type: 'integer',
                      description: `Wave of ${wave === 'last' ? 'the CronJob and the DatabaseSchema' : wave}.`,
                      default: at,
                    } as const,
                  ],
                ),
              ),
              preset,
            ),
          },
          preset,
        ),
        manifests: list(
          'Plain Kubernetes YAML of this directory that is passed through.',
          relative('A file, or a pattern.'),
        ),
      },
      { required: ['engine', 'connection'] },
    ),
  },
  { title: 'DatabaseSchema', required: ['apiVersion', 'kind', 'metadata', 'spec'] },
);

/** As it is published for editors. */
export const PUBLISHED_DEFINITION_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://mooring.dev/schemas/v1alpha1/mooring.schema.json',
  ...DEFINITION_SCHEMA,
};

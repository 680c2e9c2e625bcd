import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  CONDITION_TYPES,
  DEFINITION_SCHEMA,
  ERROR_CODES,
  type ErrorCode,
  EXIT,
  HAZARD_CODES,
  type HazardCode,
  type JsonSchema,
  PLAIN_REASONS,
  reasonOf,
  STATUS_SCHEMA,
} from '../src/api/api.ts';
import type { Command, OptionSpec } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { PARAMETERS } from '../src/cli/plugin-options.ts';

const MADE =
  '<!-- Made by scripts/docs.ts from the code. To change it: change the code, then node scripts/docs.ts -->';

/** Pages that repeat what the code declares, by their path from the root; a test says when they are out of date. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  const all = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const commands = all.filter(({ hidden }) => hidden !== true);
  return {
    'docs/commands.md': commandsPage(commands),
    'docs/errors.md': errorsPage(),
    'docs/hazards.md': hazardsPage(),
    'docs/definition.md': definitionPage(),
    'plugin/plugin.yaml': pluginFile(),
    'docs/status.md': statusPage(),
  };
}

const EXITS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Done, the same, nothing found.',
  differences: 'Something was found: differences, findings, something pending or in doubt.',
  failed: 'Failed, or the command line, the definition or a file is not valid.',
  refused: 'Refused or held: a person decides. Nothing was changed by the step that was refused.',
  temporary: 'Not now: the server, the lock or the connection. The same command may succeed later.',
};

function exitTable(): string {
  return table(
    ['code', 'means'],
    (Object.keys(EXITS) as (keyof typeof EXIT)[]).map((name) => [`**${EXIT[name]}**`, EXITS[name]]),
  );
}

function commandsPage(commands: readonly Command[]): string {
  return page(
    'Commands',
    `The result goes to stdout, everything else to stderr: progress, notes, errors, what is held. With \`-o json\`
stdout is one line of JSON. A run that had begun prints its report even when it failed, with \`error\` in it.

\`DIR\` is a folder with exactly one \`mooring.yaml\` at or below it. Where it stands in brackets it may be left out:
commands that read files then take the folder you are in, commands that only ask a database look at all of it.

\`--url\` reads \`postgres://USER:PASSWORD@HOST:5432/DATABASE\`. A password on a command line can be seen by others on the
machine: \`MOORING_DATABASE_URL\` in the environment does the same. [database.md](database.md) has the parameters.

Codes for \`--allow\` stand in the message that holds or refuses something; [errors.md](errors.md) lists them all.

## Exit codes

${exitTable()}

\`mooring --version\` prints the version.`,
    ...commands.map(commandSection),
  );
}

function commandSection({ name, summary, args, options, exits }: Command): string {
  const usage = [
    'mooring',
    name,
    ...args.map((arg) => (arg.optional === true ? `[${arg.name}]` : `<${arg.name}>`)),
    '[options]',
  ];
  const rows = [
    ...args.map((arg) => [`\`${arg.name}\``, arg.text]),
    ...options.map((option) => [`\`${option.flags}\``, optionText(option)]),
    ['`--debug`', 'show where an error came from'],
  ];
  return `## ${name}

${sentence(summary)}

\`\`\`
${usage.join(' ')}
\`\`\`

${table(['', ''], rows)}

Exit codes: ${exits}.`;
}

function optionText({ text, choices, fallback }: OptionSpec): string {
  return [
    text,
    choices === undefined ? '' : `one of ${choices.map((each) => `\`${each}\``).join(', ')}`,
    fallback === undefined ? '' : `default \`${fallback}\``,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function errorsPage(): string {
  const rows = (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [
    `\`${code}\``,
    ERROR_CODES[code].means,
    String(ERROR_CODES[code].exit),
    `\`${reasonOf(code)}\``,
  ]);
  return page(
    'Error codes',
    `An error reads \`error[code]: message\`, then a hint that says what to type next. In JSON it is
\`{code, message, hint, file?, line?, column?, server?: {code, detail?, hint?}}\`. Scripts match on the code: codes are
added, never renamed. \`held[code]\` is a rollback that did not happen; \`warning[code]\` and \`info[code]\` are findings of
\`validate\` and \`lint\`. Some codes of the list belong to the work on the cluster and are not given yet.

The reason is the same word as a Kubernetes condition spells it. Exit codes: [commands.md](commands.md#exit-codes).`,
    table(['code', 'means', 'exit', 'reason'], rows),
  );
}

function hazardsPage(): string {
  const rows = (Object.keys(HAZARD_CODES) as HazardCode[]).map((code) => [
    `\`${code}\``,
    HAZARD_CODES[code].means,
    HAZARD_CODES[code].unless,
  ]);
  return page(
    'Hazards',
    `What a statement can do to data or traffic. \`mooring plan\`, \`diff\` and \`lint\` say it of each statement, with the object and
the lock; what a text alone can tell is told without a database. Codes are added, never renamed.

Where there is a database, \`plan\` and \`diff\` tell the rows as well: \`no rows\`, \`3 rows\`, or of a table with more than a thousand
an estimate, \`~1500 rows\`; with \`--count\` all are counted, however long that takes.

\`mooring.yaml\` says which may be:

\`\`\`yaml
spec:
  hazards:
    allow: [table-rewrite]     # without being asked
    refuse: [data-loss]        # refused, in migrations too
    approve: ["sha256:…"]      # this plan, and no other: the digest that plan and diff print
\`\`\`

Migrations are written by people who know what they say: of theirs only \`refuse\` counts, before the first of them runs,
those included that wait for the application (\`phase=contract\`). What is approved stays approved when the first of it have been
applied. A plan that Mooring makes (to reach desired files, or when a Job takes drift back) needs a person's word where the table
says *approval*, unless \`allow\` names the code; \`mooring drift --revert\` by hand is one. The refusal prints the lines to paste. \`all\` stands for every code.`,
    table(['code', 'means', 'a plan of ours'], rows),
  );
}

/** Keys that commands of this version act on; all others are checked and carried, and wait for Jobs or for plans. */
const ACTED_ON = [
  'apiVersion',
  'kind',
  'metadata.name',
  'spec.engine',
  'spec.connection.tls.mode',
  'spec.connection.role',
  'spec.connection.pooler',
  'spec.mode',
  'spec.migrations.path',
  'spec.migrations.format',
  'spec.migrations.transaction',
  'spec.migrations.order',
  'spec.migrations.contract',
  'spec.scope.schemas',
  'spec.scope.ignore',
  'spec.scope.include',
  'spec.rollback.dataLoss',
  'spec.rollback.mixed',
  'spec.hazards.allow',
  'spec.hazards.refuse',
  'spec.hazards.approve',
  'spec.locks.timeout',
  'spec.locks.final',
  'spec.job.deadline',
  'spec.connection.urlFrom',
  'spec.connection.host',
  'spec.connection.port',
  'spec.connection.database',
  'spec.connection.userFrom',
  'spec.connection.passwordFrom',
  'spec.connection.tls.caFrom',
  'spec.gate',
  'spec.drift.schedule',
  'spec.drift.connection',
  'spec.drift.onDrift',
  'spec.drift.show',
  'spec.rollback.max',
  'spec.scratch.urlFrom',
  'spec.scratch.mode',
  'spec.desired',
  'spec.manifests',
  'spec.job.image',
  'spec.job.retries',
  'spec.job.grace',
  'spec.job.resources',
  'spec.job.nodeSelector',
  'spec.job.tolerations',
  'spec.job.affinity',
  'spec.job.securityContext',
  'spec.job.serviceAccountName',
  'spec.job.imagePullSecrets',
  'spec.job.labels',
  'spec.job.annotations',
  'spec.job.env',
  'spec.job.podTemplate',
  'spec.job.mesh',
  'spec.job.rbac',
  'spec.job.waves.bundle',
  'spec.job.waves.gate',
  'spec.job.waves.prepare',
  'spec.job.waves.converge',
  'spec.job.waves.last',
];

function definitionPage(): string {
  const keys = [...keysOf(DEFINITION_SCHEMA, '')];
  const unknown = ACTED_ON.filter((key) => !keys.some(({ path }) => path === key));
  if (unknown.length > 0) throw new Error(`ACTED_ON: ${unknown.join(', ')} not in the schema`);
  const rows = keys.map(({ path, schema, required }) => [
    `\`${path}\`${required ? ' (required)' : ''}`,
    `${schema.description ?? ''}${allowed(schema)}`,
    schema.default === undefined || isSection(schema) ? '' : `\`${JSON.stringify(schema.default)}\``,
    isSection(schema) ? '' : ACTED_ON.includes(path) ? 'yes' : 'not yet',
  ]);
  return page(
    'mooring.yaml',
    `A folder with a \`mooring.yaml\` is a *schema directory*. Only \`metadata.name\`, \`spec.engine\` and
\`spec.connection\` must be there:

\`\`\`yaml
apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata:
  name: orders
spec:
  engine: postgres
  connection:
    urlFrom: {secretKeyRef: {name: orders-db, key: url}}
\`\`\`

- A key that is not known is an error that names the nearest known one. All problems are told at once.
- \`mooring.<name>.yaml\` beside it is a JSON merge patch, laid over it by \`--env <name>\`.
- Editors: [schemas/mooring.schema.json](schemas/mooring.schema.json) is its JSON Schema.
- \`connection\` holds references to Secrets for Jobs in a cluster. On a laptop and in CI the database is the one of
  \`--url\` or \`MOORING_DATABASE_URL\`, and of \`connection\` only \`tls.mode\`, \`role\` and \`pooler\` count.
- \`mode: declarative\` is told in [declarative.md](declarative.md).
- The last column says whether commands of this version act on a key. The others are checked, carried in the bundle
  where it has them, and have no effect yet.`,
    table(['key', 'means', 'default', 'acted on'], rows),
  );
}

/** The configuration of the sidecar; its parameters are declared where they are read. */
function pluginFile(): string {
  const parameters = PARAMETERS.filter(({ announced }) => announced === 'static').map(
    ({ name, title, tooltip }) => `      - name: ${name}
        title: ${JSON.stringify(title)}
        tooltip: ${JSON.stringify(tooltip)}
        collectionType: string
`,
  );
  return `# Made by scripts/docs.ts from the code. What it is for: docs/argocd.md
apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: mooring
spec:
  # No version: with one, each upgrade would rename the plugin, and every Application with it.
  # No discover: an Application names the plugin. With discover, Argo CD would send it the repository of each
  # Application that does not say what it is.
  generate:
    command: [mooring, generate]
  parameters:
    static:
${parameters.join('')}    # Announces \`env\`, and which environments the folder has.
    dynamic:
      command: [mooring, generate, --parameters]
`;
}

function statusPage(): string {
  const conditions = Object.entries(CONDITION_TYPES).map(([type, { means, good }]) => [
    `\`${type}\``,
    means,
    `\`${good}\``,
  ]);
  const reasons = Object.entries(PLAIN_REASONS).map(([reason, means]) => [`\`${reason}\``, means]);
  const fields = [...statusFields(STATUS_SCHEMA, '')].map(({ path, schema }) => [
    `\`${path}\``,
    schema.description ?? '',
    schema.format === 'date-time' ? 'time' : (schema.type ?? ''),
  ]);
  return page(
    'The status of a DatabaseSchema',
    `In a cluster the object of kind DatabaseSchema says where its database stands. Our Jobs write its status and nobody
else does. It is a copy that can be made again: the truth lies in the database, where \`mooring status\` reads it.

\`\`\`
$ kubectl get databaseschemas
NAME     ENGINE     READY   REASON      AT   WANTED   DRIFT   CHECKED   AGE
orders   postgres   True    Succeeded   7    7        0       2m        4d
\`\`\`

\`AT\` is the newest applied migration, \`WANTED\` the last one in Git, \`DRIFT\` how many objects differ. \`-o wide\` adds
how many migrations there are on both sides, and the message. The short name of the kind is \`dbschema\`.`,
    `## Conditions

${table(['type', 'says', 'good'], conditions)}

\`kubectl wait --for=condition=Ready databaseschema/orders\` works, and so do tools that read kstatus.`,
    `## Reasons

A condition gives as its reason an error code in PascalCase ([errors.md](errors.md) has them all), or one of these.
Reasons are added, never renamed.

${table(['reason', 'means'], reasons)}`,
    `## Health in Argo CD

[manifests/argocd/health.lua](../manifests/argocd/health.lua) makes health of it: *Degraded* for a failed or refused run, a
held undo, Jobs that never converged, drift, and silence of the check; *Healthy* else, and always until \`graceUntil\`. It
is never *Progressing*. That time passes is seen at Argo CD's next refresh only.`,
    `## Fields

${table(['field', 'holds', 'type'], fields)}`,
  );
}

/** Leaves and lists with their paths; a field of an item is behind `[]`. */
function* statusFields(
  schema: JsonSchema,
  path: string,
): Generator<{ readonly path: string; readonly schema: JsonSchema }> {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? name : `${path}.${name}`;
    const inner = member.items ?? member;
    if (inner.properties === undefined || member.items !== undefined) yield { path: at, schema: member };
    yield* statusFields(inner, member.items === undefined ? at : `${at}[]`);
  }
}

interface Key {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function* keysOf(schema: JsonSchema, path: string): Generator<Key> {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const at = path === '' ? name : `${path}.${name}`;
    // One description does for both connections, and a reference is always a name and a key.
    const closed = at.endsWith('From') || at === 'spec.drift.connection';
    const { properties, ...leaf } = member;
    const shape = Object.keys(properties ?? {})
      .map((key) => `\`{${key}: {name, key}}\``)
      .join(' or ');
    const told = at.endsWith('From')
      ? `${leaf.description} As ${shape}.`
      : `${leaf.description} As \`spec.connection\`.`;
    const required = schema.required?.includes(name) ?? false;
    yield { path: at, schema: closed ? { ...leaf, description: told } : member, required };
    if (!closed) yield* keysOf(member, at);
  }
}

function isSection(schema: JsonSchema): boolean {
  return schema.properties !== undefined;
}

/** Values, where the description does not spell each of them out already. */
function allowed(schema: JsonSchema): string {
  const values = schema.enum ?? (schema.items?.enum as readonly unknown[] | undefined);
  if (schema.const !== undefined) return ` Always \`${schema.const}\`.`;
  return values === undefined ? '' : ` One of ${values.map((value) => `\`${value}\``).join(', ')}.`;
}

function page(title: string, ...parts: readonly string[]): string {
  return `# ${title}\n\n${MADE}\n\n${parts.join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  for (const [path, text] of Object.entries(await pages())) await writeFile(join(root, path), text);
}

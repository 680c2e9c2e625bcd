import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { EXIT, MooringError } from '../../api/api.ts';
import { dumpOf } from '../../plan/plan.ts';
import { withSession } from '../../runner/runner.ts';
import { type Command, type Given, list, text } from '../command.ts';
import type { Io } from '../io.ts';
import { OPTIONS } from '../options.ts';
import { planSql } from '../print/plan.ts';
import { requestOf } from '../request.ts';

export const init: Command = {
  name: 'init',
  summary: 'a first schema directory',
  args: [{ name: 'DIR', text: 'where', optional: true }],
  options: [
    {
      flags: '--engine <name>',
      text: 'whose SQL it is',
      choices: ['postgres', 'mysql', 'mariadb'],
      fallback: 'postgres',
    },
    { flags: '--name <name>', text: 'of the DatabaseSchema; default: from the folder' },
    { flags: '--from <url>', text: 'take it from a live database: its schema becomes the first migration' },
    OPTIONS.schema,
    OPTIONS.include,
    OPTIONS.pooler,
  ],
  exits: '0 written, 2 failed, 3 refused: an object that cannot be regenerated, 75 try again later',
  async run(given, io) {
    const dir = given.args.DIR ?? '.';
    const file = join(dir, 'mooring.yaml');
    if (await exists(file))
      throw new MooringError('usage', `${file} is there already`, {
        file,
        hint: 'mooring new DESCRIPTION writes the next migration.',
      });
    const name = text(given, 'name') ?? nameFrom(dir);
    const from = text(given, 'from');
    // Read before anything is written: what cannot be taken leaves nothing behind.
    const first = from === undefined ? undefined : await firstMigration(from, given, io);
    const engine = first?.engine ?? text(given, 'engine') ?? 'postgres';
    await mkdir(join(dir, 'migrations'), { recursive: true });
    if (first === undefined) await writeFile(join(dir, 'migrations', '.gitkeep'), '');
    else await writeFile(join(dir, 'migrations', FIRST), first.sql, { flag: 'wx' });
    await writeFile(file, definitionText(name, engine, scopeOf(given)), { flag: 'wx' });
    io.out(file);
    if (first !== undefined) io.out(join(dir, 'migrations', FIRST));
    io.err(
      first === undefined
        ? `hint: mooring new "first tables" --dir ${dir}`
        : `hint: the database has all of it already: mooring baseline ${dir} --version 1 --url …`,
    );
    return EXIT.ok;
  },
};

const FIRST = '1_initial.sql';

/** A live database as SQL. Throws `dump-refused` for what no SQL of ours can make. */
async function firstMigration(
  url: string,
  given: Given,
  io: Io,
): Promise<{ readonly engine: string; readonly sql: string }> {
  const request = await requestOf({ ...given, options: { ...given.options, url } }, io, undefined);
  const target = { ...request.target, readOnly: true };
  const { catalog } = await withSession({ ...request, target }, (session) =>
    session.readCatalog(request.definition.spec.scope),
  );
  const rules = await request.engine.planRules?.();
  if (rules === undefined)
    throw new MooringError(
      'not-supported',
      `init --from: a database of ${catalog.engine} is not written as SQL yet`,
      {
        hint: 'mooring init, then dump its schema into migrations/1_initial.sql, and mooring baseline DIR --version 1 --url …',
      },
    );
  const plan = dumpOf(catalog, rules);
  if (plan.refused.length > 0)
    throw new MooringError(
      'dump-refused',
      `the database holds what cannot be written as SQL:\n${plan.refused.map(({ object, why }) => `- ${object}: ${why}`).join('\n')}`,
      {
        hint: 'Leave it out (--schema), or dump the schema by the server’s own tool into migrations/1_initial.sql.',
      },
    );
  for (const { kind, count } of catalog.unmodelled)
    io.err(`not modelled, so not written: ${kind} (${count})`);
  return { engine: request.engine.name, sql: `${planSql(plan, rules)}\n` };
}

function nameFrom(dir: string): string {
  const name = basename(resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 35);
  return name === '' ? 'schema' : name;
}

/** What was looked at is what the definition rules. */
function scopeOf(given: Given): string {
  const [schemas, include] = [list(given, 'schema'), list(given, 'include')];
  const parts = [
    ...(schemas.length === 0 ? [] : [`schemas: ${JSON.stringify(schemas)}`]),
    ...(include.length === 0 ? [] : [`include: ${JSON.stringify(include)}`]),
  ];
  return parts.length === 0 ? '' : `  scope: {${parts.join(', ')}}\n`;
}

function definitionText(name: string, engine: string, scope: string): string {
  return `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata:
  name: ${name}
spec:
  engine: ${engine}
  connection:
    # The Secret, in the application's namespace, that holds the database's URL.
    urlFrom: {secretKeyRef: {name: ${name}-db, key: url}}
${scope}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { EXIT, envelope, MooringError, VERSION } from '../../api/api.ts';
import type { CatalogScope } from '../../catalog/catalog.ts';
import { engineOf, type PlanRules, type Target } from '../../engines/engines.ts';
import {
  leadFrom,
  openSource,
  type Plan,
  type Proof,
  planDigest,
  proofOf,
  type Source,
  sourceOf,
} from '../../plan/plan.ts';
import { type Command, flag, type Given, list, text } from '../command.ts';
import type { Io } from '../io.ts';
import { COUNT, OPTIONS } from '../options.ts';
import { changeLines } from '../print/changes.ts';
import { planSql } from '../print/plan.ts';
import { inclusion } from '../request.ts';

export const diff: Command = {
  name: 'diff',
  summary: 'the statements that make of one schema another',
  args: [],
  options: [
    {
      flags: '--from <source>',
      text: 'a database URL, a snapshot (.json), an SQL file, or a folder of them',
    },
    { flags: '--to <source>', text: 'what it is to become, named likewise' },
    {
      flags: '--scratch <url>',
      text: 'a server to load SQL files on, in databases of their own; also MOORING_SCRATCH_URL',
    },
    {
      flags: '--column-order',
      text: 'put columns in order in tables that hold rows, too: their values are copied',
    },
    {
      flags: '--prove',
      text: 'run the statements in a scratch database first, on the same server if need be',
    },
    { flags: '--unproven', text: 'do not: by default that is done where a scratch server is in use anyway' },
    { flags: '--online', text: 'forms that block nobody, which run in no transaction (CONCURRENTLY)' },
    COUNT,
    OPTIONS.schema,
    OPTIONS.include,
    {
      flags: '-o, --output <format>',
      text: 'text, json, or sql as the client of the server takes it',
      choices: ['text', 'json', 'sql'],
      fallback: 'text',
    },
  ],
  exits: '0 the same, 1 differences, 2 failed or invalid, 3 refused: an object that cannot be regenerated',
  async run(given, io) {
    const [from, to] = [sourceFrom(given, 'from'), sourceFrom(given, 'to')];
    const { plan, rules } = await planOf(given, io, from, to);
    const output = text(given, 'output');
    const digest = planDigest(plan.statements.map(({ sql }) => sql));
    for (const { object, why } of plan.refused) io.err(`refused: ${object}: ${why}`);
    if (output === 'json') io.out(JSON.stringify(envelope('Diff', { ...plan, digest })));
    else if (plan.refused.length === 0 && output === 'sql') {
      if (plan.statements.length > 0) io.out(planSql(plan, rules));
    } else if (output === 'text') {
      for (const line of changeLines(plan.changes)) io.out(line);
      for (const each of plan.left) io.out(`left as it is: ${each}`);
      if (plan.changes.length === 0)
        io.out(
          plan.statements.length === 0 ? 'no differences' : 'no differences but in how they are written',
        );
    }
    if (plan.refused.length > 0) return EXIT.refused;
    return plan.changes.length + plan.statements.length === 0 ? EXIT.ok : EXIT.differences;
  },
};

function sourceFrom(given: Given, name: 'from' | 'to'): Source {
  const value = text(given, name);
  if (value !== undefined && value !== '') return sourceOf(value);
  throw new MooringError('usage', `diff: --${name} is missing`, {
    hint: 'mooring diff --from postgres://… --to schema/ -o sql',
  });
}

async function planOf(
  given: Given,
  io: Io,
  from: Source,
  to: Source,
): Promise<{ plan: Plan; rules: PlanRules }> {
  const named = text(given, 'scratch') ?? io.env.MOORING_SCRATCH_URL;
  const scratch = named ?? urlOf(from) ?? urlOf(to);
  const engine = await engineOf(engineNameOf(urlOf(from) ?? urlOf(to) ?? scratch));
  const rules = await engine.planRules?.();
  if (rules === undefined)
    throw new MooringError('not-supported', `diff: plans for ${engine.name} are not built yet`, {
      hint: `Of ${engine.name}, migrations can be run: mooring migrate`,
    });
  const scope: CatalogScope = { schemas: schemas(given), ignore: [], include: inclusion(given) };
  const target = (url: string, readOnly: boolean): Target => ({
    url,
    pooler: 'none',
    schemas: scope.schemas,
    application: 'mooring diff',
    runner: VERSION,
    readOnly,
  });
  const settings = { engine, scope, target, ...(scratch === undefined ? {} : { scratch }) };
  await using before = await openSource(from, settings);
  await using after = await openSource(to, settings);
  const lead = await leadFrom(before, after, rules, settings, {
    online: flag(given, 'online'),
    columnOrder: flag(given, 'columnOrder'),
    count: flag(given, 'count'),
  });
  const wantsProof = named !== undefined || from.type === 'files' || to.type === 'files';
  if (flag(given, 'prove') || (wantsProof && !flag(given, 'unproven')))
    checkProof(io, lead.rest, await proofOf(lead.rest, lead.start, after, rules, settings));
  return { plan: lead.plan, rules };
}

function urlOf(source: Source): string | undefined {
  return source.type === 'database' ? source.url : undefined;
}

function engineNameOf(url: string | undefined) {
  const scheme = url?.slice(0, url.indexOf(':'));
  return scheme === 'mysql' || scheme === 'mariadb' ? scheme : 'postgres';
}

function schemas(given: Given): CatalogScope['schemas'] {
  const names = list(given, 'schema');
  return names.length === 0 ? 'all' : names;
}

/** What was run and led elsewhere is not handed out; what could not be tried is, and that is said. Throws `plan-unproven`. */
function checkProof(io: Io, plan: Plan, proof: Proof | undefined): void {
  if (proof === undefined || proof.proven === true || plan.refused.length > 0) return;
  if (proof.proven === 'unknown') {
    io.err(`not proven: ${proof.why}`);
    return;
  }
  const told = proof.refused ?? `it leads elsewhere:\n${changeLines(proof.differences).join('\n')}`;
  throw new MooringError(
    'plan-unproven',
    `the plan was run in a scratch database and does not hold: ${told}`,
    {
      hint: 'Please report it with both schemas; mooring diff --unproven prints it all the same.',
    },
  );
}

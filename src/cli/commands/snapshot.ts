import { API_VERSION, EXIT, type ExitCode, MooringError } from '../../api/api.ts';
import { type Catalog, catalogFingerprint, fingerprintOf } from '../../catalog/catalog.ts';
import type { PlanRules } from '../../engines/engines.ts';
import { dumpOf } from '../../plan/plan.ts';
import { withSession } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import type { Io } from '../io.ts';
import { DIR, OPTIONS, READS } from '../options.ts';
import { planSql } from '../print/plan.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const snapshot: Command = {
  name: 'snapshot',
  summary: "a database's catalog as it stands now",
  args: [DIR],
  options: [
    ...READS.filter((option) => option !== OPTIONS.output),
    {
      flags: '-o, --output <format>',
      text: 'what to print; sql: all that makes of an empty database the same',
      choices: ['json', 'fingerprint', 'sql'],
      fallback: 'json',
    },
  ],
  exits: '0 read, 2 failed, 3 refused: an object that cannot be regenerated, 75 try again later',
  async run(given, io) {
    const output = text(given, 'output');
    const request = await requestOf(
      given,
      io,
      given.args.DIR === undefined ? undefined : await loadDirectory(given),
    );
    const target = { ...request.target, readOnly: true };
    const { catalog } = await withSession({ ...request, target }, (session) =>
      session.readCatalog(request.definition.spec.scope),
    );
    const fingerprint = catalogFingerprint(catalog);
    if (output === 'sql') return printSql(io, catalog, await request.engine.planRules?.());
    if (output === 'fingerprint') io.out(fingerprint);
    else {
      const { model, engine, server, scope, unmodelled } = catalog;
      const objects = [...catalog.objects]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => ({ ...object, fingerprint: fingerprintOf(object) }));
      const body = { fingerprint, model, engine, server, scope, unmodelled, objects };
      io.out(
        JSON.stringify({
          apiVersion: API_VERSION,
          kind: 'Snapshot',
          ...body,
          targets: [{ target: 'default', fingerprint, objects: objects.length }],
        }),
      );
    }
    return EXIT.ok;
  },
};

function printSql(io: Io, catalog: Catalog, rules: PlanRules | undefined): ExitCode {
  if (rules === undefined)
    throw new MooringError('not-supported', `snapshot -o sql: of ${catalog.engine} it is not built yet`, {
      hint: 'mooring snapshot -o json',
    });
  const plan = dumpOf(catalog, rules);
  for (const { object, why } of plan.refused) io.err(`refused: ${object}: ${why}`);
  for (const { kind, count } of catalog.unmodelled)
    io.err(`not modelled, so not written: ${kind} (${count})`);
  if (plan.refused.length > 0) return EXIT.refused;
  if (plan.statements.length > 0) io.out(planSql(plan, rules));
  return EXIT.ok;
}

import { API_VERSION, EXIT, MooringError } from '../../api/api.ts';
import { catalogFingerprint, fingerprintOf } from '../../catalog/catalog.ts';
import { withSession } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, OPTIONS, READS } from '../options.ts';
import { loadDirectory, requestOf } from '../request.ts';

export const snapshot: Command = {
  name: 'snapshot',
  summary: "a database's catalog as it stands now",
  args: [DIR],
  options: [
    ...READS.filter((option) => option !== OPTIONS.output),
    {
      flags: '-o, --output <format>',
      text: 'what to print (sql: not built yet, refused)',
      choices: ['json', 'fingerprint', 'sql'],
      fallback: 'json',
    },
  ],
  exits: '0 read, 2 failed, 75 try again later',
  async run(given, io) {
    const output = text(given, 'output');
    if (output === 'sql') {
      throw new MooringError('not-supported', 'snapshot -o sql: writing a catalog as SQL is not built yet', {
        hint: 'pg_dump --schema-only, meanwhile; or: mooring snapshot -o json',
      });
    }
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

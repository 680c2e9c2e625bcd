import { engineOf } from '../../engines/engines.ts';
import { findings } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, OPTIONS } from '../options.ts';
import { printFindings } from '../print/findings.ts';
import { loadDirectory } from '../request.ts';

export const validate: Command = {
  name: 'validate',
  summary: 'definition and files, without a database',
  args: [DIR],
  options: [OPTIONS.env, OPTIONS.output],
  exits: '0 valid, 1 valid with warnings, 2 invalid',
  async run(given, io) {
    const { found, migrations } = await loadDirectory(given);
    const engine = await engineOf(found.definition.spec.engine);
    const desired = migrations[0]?.desired?.length;
    const what = desired === undefined ? `${migrations.length} migrations` : `${desired} desired files`;
    const well = `${found.file}: ${found.definition.metadata.name}, ${what}: valid`;
    return printFindings(
      io,
      await findings(engine, found.definition, migrations),
      text(given, 'output'),
      well,
    );
  },
};

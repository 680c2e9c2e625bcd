import { engineOf } from '../../engines/engines.ts';
import { lintFindings } from '../../runner/runner.ts';
import { type Command, text } from '../command.ts';
import { DIR, OPTIONS } from '../options.ts';
import { printFindings } from '../print/findings.ts';
import { loadDirectory } from '../request.ts';

export const lint: Command = {
  name: 'lint',
  summary: 'what in the files could be better, without a database',
  args: [DIR],
  options: [OPTIONS.env, OPTIONS.output],
  exits: '0 nothing found, 1 findings, 2 invalid',
  async run(given, io) {
    const { found, migrations } = await loadDirectory(given);
    const engine = await engineOf(found.definition.spec.engine);
    return printFindings(
      io,
      await lintFindings(engine, found.definition, migrations),
      text(given, 'output'),
      'nothing found',
    );
  },
};

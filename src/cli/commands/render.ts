import { ENV, EXIT, MooringError } from '../../api/api.ts';
import {
  compareFolder,
  renderDirectory,
  targetNamed,
  targetNames,
  writeFolder,
} from '../../render/render.ts';
import { type Command, flag, text } from '../command.ts';
import { OPTIONS } from '../options.ts';
import { printDifferences } from '../print/differences.ts';

export const render: Command = {
  name: 'render',
  summary: 'the manifests that a GitOps controller applies, for every definition at or below DIR',
  args: [{ name: 'DIR', text: 'a folder with schema directories', optional: true }],
  options: [
    { flags: '--target <name>', text: 'the controller', choices: targetNames },
    { flags: '--out <folder>', text: 'write <name>.rendered.yaml for each definition instead of printing' },
    { flags: '--check', text: 'write nothing: is what is in --out what would be rendered?' },
    OPTIONS.env,
    { flags: '--image <name>', text: `what the Jobs run, unless spec.job.image says; default: ${ENV.image}` },
  ],
  exits: '0 rendered, or the same; 1 --check found differences, 2 failed',
  async run(given, io) {
    const out = text(given, 'out');
    const check = flag(given, 'check');
    const rendered = await renderDirectory(given.args.DIR ?? '.', targetNamed(named(given, check, out)), {
      env: text(given, 'env') ?? '',
      image: text(given, 'image') ?? io.env[ENV.image] ?? '',
    });
    if (out === undefined) {
      for (const each of rendered) io.out(each.text);
      return EXIT.ok;
    }
    const differences = check ? compareFolder(out, rendered) : writeFolder(out, rendered);
    printDifferences(io, out, differences, check);
    return check && differences.length > 0 ? EXIT.differences : EXIT.ok;
  },
};

/** The target's name. Throws `usage` for options that do not go together. */
function named(given: Parameters<Command['run']>[0], check: boolean, out: string | undefined): string {
  if (check && out === undefined) {
    throw new MooringError('usage', '--check compares with a folder, and there is no --out', {
      hint: 'mooring render DIR --target argocd --out FOLDER --check',
    });
  }
  const target = text(given, 'target');
  if (target !== undefined) return target;
  throw new MooringError(
    'usage',
    `for which controller? --target is missing: one of ${targetNames.join(', ')}`,
    {
      hint: 'mooring render DIR --target argocd',
    },
  );
}

import { ENV, EXIT, MooringError } from '../../api/api.ts';
import { renderDirectory, targetNamed } from '../../render/render.ts';
import { type Command, flag } from '../command.ts';
import { parameterAnnouncement, pluginOptions } from '../plugin-options.ts';

export const generate: Command = {
  name: 'generate',
  summary:
    'what the Argo CD plugin calls: render --target argocd of the folder it is in, with options from ARGOCD_*',
  args: [],
  options: [{ flags: '--parameters', text: 'print the parameters for Argo CD’s form instead' }],
  exits: '0 rendered, 2 failed, and nothing was printed',
  async run(given, io) {
    if (flag(given, 'parameters')) {
      io.out(JSON.stringify(parameterAnnouncement('.')));
      return EXIT.ok;
    }
    const rendered = await shortly(async () => {
      const { env = '', image = '' } = pluginOptions(io.env);
      return renderDirectory('.', targetNamed('argocd'), {
        env,
        image: image === '' ? (io.env[ENV.image] ?? '') : image,
      });
    });
    for (const each of rendered) io.out(each.text);
    return EXIT.ok;
  },
};

/** Argo CD keeps all of stderr in the Application, where people read it. */
const MOST_LINES = 20;
const MOST_CHARACTERS = 2000;

async function shortly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof MooringError ? shortened(error) : error;
  }
}

function shortened(error: MooringError): MooringError {
  const message = cut(error.message);
  if (message === error.message && error.problems.length === 0 && error.hint.length <= MOST_CHARACTERS)
    return error;
  return new MooringError(error.code, message, { ...error.where, hint: cut(error.hint), cause: error.cause });
}

function cut(text: string): string {
  const lines = text.split('\n');
  const kept = lines.slice(0, MOST_LINES).join('\n').slice(0, MOST_CHARACTERS).toWellFormed();
  if (kept === text) return text;
  return `${kept}…${lines.length > MOST_LINES ? `\n  and ${lines.length - MOST_LINES} more lines` : ''}`;
}

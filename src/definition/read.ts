import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Definition, MooringError } from '../api/api.ts';
import { readFileBelow, renamed } from './files.ts';
import { parseDefinition } from './parse.ts';

export const DEFINITION_FILE = 'mooring.yaml';

/** More than the parser takes, so that it is the one who says how much that is. */
const READ_LIMIT = 64 * 1024 * 1024;

export interface FoundDefinition {
  /** The schema directory: the folder of its `mooring.yaml`. */
  readonly dir: string;
  /** Path of the `mooring.yaml`, as errors name it. */
  readonly file: string;
  readonly definition: Definition;
}

/**
 * The definition in `dir/mooring.yaml`, with `mooring.<env>.yaml` beside it merged over it when `env` is given.
 * Throws `definition-not-found`, `file-not-found` for an environment without a file, and as `parseDefinition`.
 */
export async function readDefinition(
  dir: string,
  options: { readonly env?: string } = {},
): Promise<FoundDefinition> {
  const file = join(dir, DEFINITION_FILE);
  const content = await readFileBelow(dir, DEFINITION_FILE, READ_LIMIT).catch((error: unknown) => {
    if (!(error instanceof MooringError)) throw error;
    throw error.code === 'file-not-found' ? notFound(dir) : renamed(error, file);
  });
  const { env } = options;
  if (env === undefined || env === '') return { dir, file, definition: parseDefinition(content, { file }) };
  const overlay = { file: join(dir, overlayName(env)), content: await readOverlay(dir, env) };
  return { dir, file, definition: parseDefinition(content, { file, overlay }) };
}

export function notFound(dir: string): MooringError {
  return new MooringError('definition-not-found', `No ${DEFINITION_FILE} at or below ${dir}.`, {
    hint: `Write one with \`mooring init ${dir}\`, or name the folder that holds one.`,
  });
}

function overlayName(env: string): string {
  if (!/^[A-Za-z0-9][-A-Za-z0-9_.]*$/.test(env)) {
    throw new MooringError(
      'usage',
      `"${env}" is no name of an environment: expected letters, digits, "-", "_" and ".".`,
      {
        hint: 'Write for example --env prod, which takes mooring.prod.yaml.',
      },
    );
  }
  return `mooring.${env}.yaml`;
}

/** A missing overlay is an error: a typo in --env must not migrate with the settings of another environment. */
async function readOverlay(dir: string, env: string): Promise<Uint8Array> {
  const name = overlayName(env);
  try {
    return await readFileBelow(dir, name, READ_LIMIT);
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    if (error.code !== 'file-not-found') throw renamed(error, join(dir, name));
    const others = readdirSync(dir)
      .flatMap((entry) => /^mooring\.(.+)\.yaml$/.exec(entry)?.[1] ?? [])
      .sort();
    throw new MooringError(
      'file-not-found',
      `${join(dir, name)} is not there, which --env ${env} asks for.`,
      {
        file: join(dir, name),
        hint:
          others.length > 0
            ? `There are ${others.map((other) => `--env ${other}`).join(', ')}.`
            : `Leave out --env, or write ${name}: what it says is merged over ${DEFINITION_FILE}.`,
      },
    );
  }
}

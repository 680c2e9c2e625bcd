import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { type EngineName, type ErrorReport, MooringError } from '../../api/api.ts';
import { engineOf, type Target } from '../../engines/engines.ts';

/** What the keeper is told, as one line; nothing of it is in its arguments, where others could read it. */
interface Order {
  readonly engine: EngineName;
  readonly target: Target;
}

type Answer = { readonly database: string } | { readonly error: ErrorReport };

export interface Scratch extends AsyncDisposable {
  /** Of the new, empty database. */
  readonly url: string;
}

/**
 * Makes a scratch database on the target's server. It is dropped when it is disposed of, and also when this process is
 * killed: a process of its own holds it, `<program> hold-scratch`, and drops it when nobody is there any more.
 * Throws as `Engine.connect` and `Session.scratch`.
 */
export async function makeScratch(program: string, order: Order): Promise<Scratch> {
  // Of a session of its own: what a terminal sends to all of its processes does not reach it.
  const keeper = execa(process.execPath, [program, 'hold-scratch'], {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // It may be gone before it has read anything.
  keeper.stdin?.on('error', () => {});
  const { onNotice: _, ...target } = order.target;
  keeper.stdin?.write(`${JSON.stringify({ ...order, target })}\n`);
  const close = async () => {
    keeper.stdin?.end();
    await keeper;
  };
  const answer = await firstLine(keeper.stdout);
  if (answer === undefined || 'error' in answer) await close();
  if (answer === undefined)
    throw new MooringError('internal', 'the process that was to make the scratch database ended');
  if ('error' in answer) throw thrown(answer.error);
  const url = new URL(target.url);
  url.pathname = `/${answer.database}`;
  url.searchParams.delete('dbname');
  return { url: url.href, [Symbol.asyncDispose]: close };
}

async function firstLine(stream: Readable): Promise<Answer | undefined> {
  for await (const line of createInterface({ input: stream })) return JSON.parse(line) as Answer;
  return undefined;
}

function thrown({ code, message, hint }: ErrorReport): MooringError {
  const elsewhere =
    'Name another server by --url, such as one in CI, or let the role make databases (PostgreSQL: ALTER ROLE … CREATEDB).';
  return new MooringError(code, message, { hint: code === 'privilege-missing' ? elsewhere : hint });
}

/**
 * The other end: reads an order, makes the database, says its name or what went wrong, and drops it when its input
 * ends. Returns whether all went well.
 */
export async function holdScratch(input: Readable, say: (line: string) => void): Promise<boolean> {
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  const order = JSON.parse((await lines.next()).value ?? '') as Order;
  try {
    const engine = await engineOf(order.engine);
    const session = await engine.connect(order.target);
    try {
      const scratch = await session.scratch();
      say(JSON.stringify({ database: scratch.server.database } satisfies Answer));
      await lines.next();
      await scratch.close();
    } finally {
      await session.close();
    }
    return true;
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    say(JSON.stringify({ error: error.toJSON() } satisfies Answer));
    return false;
  }
}

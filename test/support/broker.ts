import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Starts one shared server and says where it is and how it ends. */
export type Starter = (version: number) => Promise<{ readonly url: string; remove(): Promise<void> }>;

const VARIABLE = 'MOORING_TEST_BROKER';

/**
 * Lets the processes of one test run share servers: whoever first asks for a kind and version has it started here,
 * in the process that outlives them. Its address reaches them by an environment variable.
 */
export async function startBroker(
  starters: Readonly<Record<string, Starter>>,
): Promise<{ close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-broker-'));
  const address = join(folder, 'socket');
  const servers = new Map<string, ReturnType<Starter>>();
  const answer = async (socket: Socket): Promise<void> => {
    const asked = (await text(socket)).trim();
    const [kind = '', version = ''] = asked.split(' ');
    try {
      const starter = starters[kind];
      if (starter === undefined) throw new Error(`no servers of kind ${kind}`);
      let server = servers.get(asked);
      if (server === undefined) {
        server = starter(Number(version));
        servers.set(asked, server);
      }
      socket.end(`ok ${(await server).url}`);
    } catch (error) {
      socket.end(`failed ${String(error)}`);
    }
  };
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    // A test process that was killed while it waited is no fault of the run.
    socket.on('error', () => socket.destroy());
    answer(socket).catch(() => socket.destroy());
  });
  listener.listen(address);
  await once(listener, 'listening');
  process.env[VARIABLE] = address;
  return {
    close: async () => {
      listener.close();
      await Promise.allSettled([...servers.values()].map(async (server) => (await server).remove()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The URL of the run's server of this kind and version; undefined where no run has a broker. */
export async function brokeredServer(kind: string, version: number): Promise<string | undefined> {
  const address = process.env[VARIABLE];
  if (address === undefined) return undefined;
  const socket = connect(address);
  socket.end(`${kind} ${version}`);
  const [state, ...rest] = (await text(socket)).split(' ');
  if (state !== 'ok') throw new Error(rest.join(' '));
  return rest.join(' ');
}

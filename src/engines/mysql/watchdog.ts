import { type Seen, type Watched, within } from '../watchdog.ts';
import type { Wire } from './wire.ts';

/** Our connection, as the process list shows it to another one. An account always sees its own sessions there. */
export function watchedWire(wire: Wire): Watched {
  return {
    look: () => look(wire),
    end: () => endSession(wire),
    destroy: (reason) => wire.destroy(reason),
  };
}

async function look(wire: Wire): Promise<Seen> {
  let other: Wire;
  try {
    other = await within(CONNECT, wire.beside());
  } catch (error) {
    // An answer, even a no, shows that the network is well.
    return (error as { sqlState?: string }).sqlState === undefined ? 'unreachable' : 'unknown';
  }
  try {
    const rows = await within(
      5_000,
      other.query(
        `SELECT COMMAND AS command FROM information_schema.PROCESSLIST WHERE ID = ${wire.serverPid}`,
      ),
    );
    const [row] = rows;
    // `Sleep`: it waits for our next statement. `Killed`: it is rolling back.
    return row === undefined || row.command === 'Sleep' ? 'finished' : 'working';
  } catch {
    return 'unreachable';
  } finally {
    other.close().catch(() => {});
  }
}

/** mysql2 itself gives up after the URL's connect_timeout; a black hole after the handshake is not covered by it. */
const CONNECT = 15_000;

async function endSession(wire: Wire): Promise<void> {
  try {
    const other = await within(CONNECT, wire.beside());
    await within(5_000, other.query(`KILL ${wire.serverPid}`)).finally(() => other.close().catch(() => {}));
  } catch {
    // The server ends a session that is silent for 30 s (settings.ts).
  }
}

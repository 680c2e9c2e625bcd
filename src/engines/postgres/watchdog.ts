import { type Seen, type Watched, within } from '../watchdog.ts';
import type { Wire } from './wire.ts';

/** Our connection, as `pg_stat_activity` shows it to another one. */
export function watchedWire(wire: Wire): Watched {
  return {
    look: () => look(wire),
    end: () => endBackend(wire),
    destroy: (reason) => wire.destroy(reason),
  };
}

async function look(wire: Wire): Promise<Seen> {
  let client: Awaited<ReturnType<Wire['beside']>>;
  try {
    client = await wire.beside();
  } catch (error) {
    // An answer, even a no, shows that the network is well.
    return (error as { severity?: string }).severity === undefined ? 'unreachable' : 'unknown';
  }
  try {
    const answer = client.query(`SELECT state FROM pg_catalog.pg_stat_activity WHERE pid = ${wire.pid}`);
    const { rows } = await within(5_000, answer);
    if (rows.length === 0) return 'finished';
    const state = rows[0].state as string | null;
    if (state === null || state === 'disabled') return 'unknown';
    return state === 'active' || state === 'fastpath function call' ? 'working' : 'finished';
  } catch {
    return 'unreachable';
  } finally {
    client.end().catch(() => {});
  }
}

async function endBackend(wire: Wire): Promise<void> {
  try {
    const client = await wire.beside();
    await within(5_000, client.query(`SELECT pg_catalog.pg_terminate_backend(${wire.pid})`)).finally(() =>
      client.end().catch(() => {}),
    );
  } catch {
    // The server's own keep-alives end it within 30 s (settings.ts).
  }
}

import type { EngineName } from '../api/api.ts';
import type { Engine } from './engine.ts';

export * from './engine.ts';
export * from './failure.ts';
export * from './rules.ts';
export * from './store.ts';

/** One line an engine; each is loaded when it is first asked for. */
const ENGINES: Readonly<Partial<Record<EngineName, () => Promise<Engine>>>> = {
  postgres: async () => (await import('./postgres/postgres.ts')).postgres,
  mysql: async () => (await import('./mysql/mysql.ts')).mysql,
  mariadb: async () => (await import('./mysql/mysql.ts')).mariadb,
};

export const engineNames = Object.keys(ENGINES) as readonly EngineName[];

/** The engine of that name. */
export async function engineOf(name: EngineName): Promise<Engine> {
  const load = ENGINES[name];
  if (load === undefined) throw new Error(`no engine ${name}`);
  return load();
}

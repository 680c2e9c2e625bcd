import { fetchPgbouncer } from '../test/support/pgbouncer.ts';

await fetchPgbouncer();

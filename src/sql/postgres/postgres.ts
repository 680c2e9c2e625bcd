import type { Dialect } from '../dialect.ts';
import { split } from './split.ts';
import { tokens } from './tokens.ts';

/** PostgreSQL's SQL text, cut as psql would: it sends exactly these statements. */
export const postgres: Dialect = { name: 'postgres', split, tokens };

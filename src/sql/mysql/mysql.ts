import type { Dialect } from '../dialect.ts';
import { split, tokens } from './split.ts';

/** MySQL's text, cut up as its command-line client does in batch mode. */
export const mysql: Dialect = {
  name: 'mysql',
  split: (source) => split(source, false),
  tokens: (source) => tokens(source, false),
};

/** MariaDB's: as MySQL's, and `/*M!` begins a comment that the server executes. */
export const mariadb: Dialect = {
  name: 'mariadb',
  split: (source) => split(source, true),
  tokens: (source) => tokens(source, true),
};

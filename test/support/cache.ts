import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** What can be made or fetched again and is slow to; kept between runs, removed by `make clean`. */
export const CACHE = join(ROOT, '.cache');

/** Larger inputs that several projects share; tests that need them are skipped aloud where they are absent. */
export const SHARED_DATA = resolve(ROOT, '../shared/data');

/** SQL text per dialect, pure: no driver, no parser of a server. */
export * from './dialect.ts';

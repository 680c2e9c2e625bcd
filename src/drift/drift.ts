/** Live catalog against the snapshot that we answer for. */
export { accept } from './accept.ts';
export { readDrift } from './read-drift.ts';
export { type Reverted, revert } from './revert.ts';

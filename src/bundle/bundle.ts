/** All that a Job needs from one Git revision, addressed by its digest (contracts §4). */
export { type Bundle, digestOf, packBundle, sourceFiles } from './pack.ts';
export { type BundlePart, bundleParts, INDEX_KEY, LIMITS } from './parts.ts';
export { type ReadSchema, readBundle } from './read.ts';
export { unpackBundle } from './unpack.ts';

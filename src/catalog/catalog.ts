/** Engine-neutral model of the objects in a database: pure, no SQL, no engine names. */
export * from './carried-over.ts';
export * from './compare.ts';
export * from './fingerprint.ts';
export * from './ignore.ts';
export * from './model.ts';
export * from './overlay.ts';
export { type CommonGround, commonGround, schemaOf } from './scope.ts';
export * from './snapshot.ts';

/** What crosses a process boundary or outlives a process. Imports nothing from the rest of the code. */
export * from './bundle.ts';
export * from './canonical-json.ts';
export * from './database-schema.ts';
export * from './definition.ts';
export * from './definition-schema.ts';
export * from './duration.ts';
export * from './error.ts';
export * from './error-codes.ts';
export * from './exit-codes.ts';
export * from './json-schema.ts';
export * from './rbac.ts';
export * from './reasons.ts';
export * from './report.ts';
export * from './status-schema.ts';
export * from './version.ts';

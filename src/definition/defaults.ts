import type { Json, JsonSchema } from '../api/api.ts';

/** A valid value with the defaults of its schema filled in, at every depth; keys in the schema's order. */
export function fillDefaults(schema: JsonSchema, value: Json): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => fillDefaults(items, item));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || schema.properties === undefined)
    return value;
  const given = value as { readonly [key: string]: Json };
  const filled: Record<string, Json> = {};
  for (const [key, member] of Object.entries(schema.properties)) {
    const present = Object.hasOwn(given, key) ? given[key] : (member.default as Json | undefined);
    if (present !== undefined) filled[key] = fillDefaults(member, present);
  }
  return filled;
}

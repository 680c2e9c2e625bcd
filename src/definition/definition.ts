/** `mooring.yaml` → Definition: what nobody vouches for becomes what the rest relies on. */

export { readFileBelow, readRegularFile, renamed, resolveBelow } from './files.ts';
export { findDefinitions, listDefinitions, theDefinition } from './find.ts';
export { mergePatch } from './merge-patch.ts';
export { nearest } from './nearest.ts';
export { type DefinitionSource, parseDefinition } from './parse.ts';
export { filesNamed, pathFits } from './patterns.ts';
export { DEFINITION_FILE, type FoundDefinition, readDefinition } from './read.ts';
export { decodeUtf8 } from './utf8.ts';
export { parseYamlDocuments, pathText, type YamlFile } from './yaml.ts';

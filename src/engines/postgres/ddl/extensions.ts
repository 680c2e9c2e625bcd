import type { Alter, Draft, KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { partChanges, partsOf } from './parts.ts';
import { quoted, textOf } from './text.ts';

/** Of a version nothing is said where one is made: it is the server's to have it. */
export const extensions: KindRules = {
  weight: 5,
  frame: true,
  create: (extension, { after }) => ({
    main: {
      sql: `CREATE EXTENSION ${extension.identity} WITH SCHEMA ${schemaName(textOf(extension, 'schema'))}`,
    },
    parts: partsOf(extension, { comment: `EXTENSION ${extension.identity}` }, after.major),
  }),
  drop: (extension) => [
    {
      sql: `DROP EXTENSION ${extension.identity}`,
      hazards: [hazard('dependency-drop', extension, 'all that the extension made')],
    },
  ],
  alter({ before, after, changed }, context): Alter {
    const statements: Draft[] = [];
    const alter = (what: string): void => {
      statements.push({ sql: `ALTER EXTENSION ${after.identity} ${what}` });
    };
    if (changed.has('schema')) alter(`SET SCHEMA ${schemaName(textOf(after, 'schema'))}`);
    if (changed.has('version')) alter(`UPDATE TO ${quoted(textOf(after, 'version') ?? '')}`);
    return {
      statements: [
        ...statements,
        ...partChanges(before, after, { comment: `EXTENSION ${after.identity}` }, context.after.major),
      ],
    };
  },
  needs: (extension) => [`schema ${schemaName(textOf(extension, 'schema'))}`],
};

function schemaName(name = ''): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

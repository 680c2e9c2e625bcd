import type { Alter, Draft, KindRules } from '../../rules.ts';
import { hazard } from './hazards.ts';
import { partChanges, partsOf } from './parts.ts';
import { quoted, textOf } from './text.ts';

export const extensions: KindRules = {
  weight: 5,
  frame: true,
  create: (extension, context) => ({
    main: {
      sql: `CREATE EXTENSION ${extension.identity} WITH SCHEMA ${schemaName(textOf(extension, 'schema'))} VERSION ${quoted(textOf(extension, 'version') ?? '')}`,
    },
    parts: partsOf(extension, { comment: `EXTENSION ${extension.identity}` }, context),
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
    const [was, is] = [textOf(before, 'version') ?? '', textOf(after, 'version') ?? ''];
    const back = changed.has('version') && is.localeCompare(was, 'en', { numeric: true }) < 0;
    if (changed.has('version') && !back) alter(`UPDATE TO ${quoted(textOf(after, 'version') ?? '')}`);
    return {
      statements: [
        ...statements,
        ...partChanges(before, after, { comment: `EXTENSION ${after.identity}` }, context),
      ],
      ...(back
        ? { left: [`extension ${after.identity} stays at version ${was}: extensions have no way back`] }
        : {}),
    };
  },
  needs: (extension) => [`schema ${schemaName(textOf(extension, 'schema'))}`],
};

function schemaName(name = ''): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

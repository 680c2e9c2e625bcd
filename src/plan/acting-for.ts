import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import type { Session } from '../engines/engines.ts';

/** Properties that hold whoever made the object, where nobody else was named. */
const MAKERS = ['definer', 'owner'] as const;

/**
 * A scratch database whose account is not the one that will run the plan: what files leave to whoever runs them is read as
 * that `account`'s, and statements that name it as their definer name the scratch one there. Accounts as the servers call
 * them, `name` or `name@host`. Returns the session.
 */
export function actingFor(scratch: Session, account: string | undefined): Session {
  const { user } = scratch.server;
  if (account === undefined || account === user) return scratch;
  const execute = scratch.execute.bind(scratch);
  const readCatalog = scratch.readCatalog.bind(scratch);
  const [theirs, here] = [account, user].map((name) => `DEFINER=${backticked(name)}`);
  scratch.execute = (statement) =>
    execute({ ...statement, sql: statement.sql.replaceAll(theirs ?? '', here ?? '') });
  scratch.readCatalog = async (scope, options) => {
    const read = await readCatalog(scope, options);
    return { ...read, catalog: madeBy(account, user, read.catalog) };
  };
  return scratch;
}

function madeBy(account: string, user: string, catalog: Catalog): Catalog {
  const spellings = new Map([
    [user, account],
    [backticked(user), backticked(account)],
  ]);
  const objects = new Map<string, CatalogObject>();
  for (const [key, object] of catalog.objects) {
    const changed = MAKERS.flatMap((name) => {
      const maker = object.properties[name];
      const instead = typeof maker === 'string' ? spellings.get(maker) : undefined;
      return instead === undefined ? [] : [[name, instead] as const];
    });
    objects.set(
      key,
      changed.length === 0
        ? object
        : { ...object, properties: { ...object.properties, ...Object.fromEntries(changed) } },
    );
  }
  return { ...catalog, objects };
}

/** `` `name`@`host` `` */
function backticked(account: string): string {
  const at = account.lastIndexOf('@');
  const quoted = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
  return at < 0 ? account : `${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))}`;
}

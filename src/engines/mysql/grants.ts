import type { Engine } from '../engine.ts';

/** See `Engine`. */
export const grants: Engine['grants'] = ({ database, user }) => {
  const all = `\`${database.replaceAll('`', '``')}\`.*`;
  return {
    migrate: `GRANT ALL PRIVILEGES ON ${all} TO ${account(user)};`,
    look: `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON ${all} TO ${account(user)};`,
  };
};

/** `shop@10.0.%` → `'shop'@'10.0.%'`: names may hold an `@`, hosts may not. */
function account(user: string): string {
  const at = user.lastIndexOf('@');
  return at < 0 ? quoted(user) : `${quoted(user.slice(0, at))}@${quoted(user.slice(at + 1))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

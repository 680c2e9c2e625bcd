import { UNREADABLE } from '../../../catalog/catalog.ts';
import { flag, plainFamily } from './plain-family.ts';
import { READABLE } from './presence.ts';
import type { Family } from './reading.ts';
import { plainConnection } from './secrets.ts';

/** Subscriptions of this database. Of the connection only where to and as whom, and that only who may read it sees. */
export const subscriptions: Family = plainFamily('subscription', ({ version, present }) => {
  const readable = present.has(READABLE.subscriptions);
  const from = (first: number, sql: string): string => (version >= first ? sql : 'NULL');
  return {
    kind: 'subscription',
    where: 'x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())',
    name: 'quote_ident(x.subname)',
    owner: 'x.subowner',
    properties: {
      connection: readable ? 'x.subconninfo' : 'NULL',
      slot: `CASE WHEN x.subslotname IS NULL THEN 'NONE' WHEN x.subslotname <> x.subname THEN quote_ident(x.subslotname) END`,
      synchronousCommit: `NULLIF(x.subsynccommit, 'off')`,
      // Its default is another one on newer servers.
      streaming: `CASE x.substream::text WHEN 'p' THEN 'parallel' WHEN 't' THEN 'on' WHEN 'true' THEN 'on' ELSE 'off' END`,
      origin: from(160_000, `NULLIF(x.suborigin, 'any')`),
    },
    json: {
      publications: 'array_to_json(x.subpublications)',
      disabled: flag('NOT x.subenabled'),
      binary: flag('x.subbinary'),
      twoPhase: from(150_000, flag(`x.subtwophasestate <> 'd'`)),
      disableOnError: from(150_000, flag('x.subdisableonerr')),
      passwordRequired: from(160_000, `CASE WHEN NOT x.subpasswordrequired THEN 'false' END`),
      runAsOwner: from(160_000, flag('x.subrunasowner')),
      failover: from(170_000, flag('x.subfailover')),
    },
    finish(properties) {
      const connection = readable ? plainConnection(String(properties.connection ?? '')) : undefined;
      properties.connection = connection?.plain ?? UNREADABLE;
      if (connection?.secret !== false) properties.secretConnection = connection?.secret ?? UNREADABLE;
    },
  };
});

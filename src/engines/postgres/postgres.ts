import { postgres as dialect } from '../../sql/sql.ts';
import type { Engine } from '../engine.ts';
import { beyondDatabase } from './beyond.ts';
import { classify } from './classify.ts';
import { grants } from './grants.ts';
import { hazardsOf } from './text-hazards.ts';

/** PostgreSQL 14–18. */
export const postgres: Engine = {
  name: 'postgres',
  dialect,
  capabilities: {
    transactionalDdl: true,
    guardsTransaction: true,
    rowOrigin: true,
    brokenViews: false,
    catalog: true,
  },
  connect: async (target) => (await import('./connect.ts')).connect(postgres, target),
  classify,
  grants,
  hazards: hazardsOf,
  reaches: ({ sql }) => beyondDatabase(sql),
  planRules: async () => (await import('./ddl/ddl.ts')).rules,
};

import { type Dialect, mariadb as mariadbDialect, mysql as mysqlDialect } from '../../sql/sql.ts';
import type { Engine } from '../engine.ts';
import { classify } from './classify.ts';
import { type Flavor, MARIADB, MYSQL } from './flavor.ts';
import { grants } from './grants.ts';

/** MySQL 8.4 and 9. */
export const mysql: Engine = engine(MYSQL, mysqlDialect);

/** MariaDB 10.6 and newer. */
export const mariadb: Engine = engine(MARIADB, mariadbDialect);

function engine(flavor: Flavor, dialect: Dialect): Engine {
  const made: Engine = {
    name: flavor.name,
    dialect,
    capabilities: {
      transactionalDdl: false,
      guardsTransaction: false,
      rowOrigin: false,
      brokenViews: true,
      catalog: true,
    },
    connect: async (target) => (await import('./connect.ts')).connect(made, flavor, target),
    classify: async (statement) => classify(dialect, statement),
    grants,
    planRules: async () => (await import('./ddl/ddl.ts')).rulesOf(flavor),
  };
  return made;
}

import { mysqlServers } from '../support/mysql-server.ts';
import { SWEEP } from './support.ts';

/** The newest server of each kind; all of them in a sweep. */
export function newestMysql(): {
  readonly tested: ReturnType<typeof mysqlServers>['there'];
  readonly missing: readonly string[];
} {
  const { there, missing } = mysqlServers();
  const tested = SWEEP
    ? there
    : there.filter((each) => each === there.findLast(({ kind }) => kind === each.kind));
  return { tested, missing };
}

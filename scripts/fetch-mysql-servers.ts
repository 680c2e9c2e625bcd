import { fetchServers } from '../test/support/mysql-binaries.ts';

// Each one by itself: a suite that cannot be reached leaves the others.
const failures = await fetchServers();
for (const failure of failures) process.stderr.write(`!!! ${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

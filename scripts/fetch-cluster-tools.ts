import { buildGoTools } from '../test/support/go-tools.ts';
import { fetchLua } from '../test/support/lua.ts';

// Each one by itself: what cannot be had leaves the others.
const failures = [...(await buildGoTools()), ...(await fetchLua())];
for (const failure of failures) process.stderr.write(`!!! ${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

import { fetchPackage } from '../test/support/debian-package.ts';
import { CLIENT_PACKAGE, CLIENT_PACKAGE_PARTS, hasTool } from '../test/support/tools.ts';

// psql and pg_dump are what the outcome is judged by; a machine that has them keeps its own.
if (!hasTool('psql') || !hasTool('pg_dump')) await fetchPackage(CLIENT_PACKAGE, CLIENT_PACKAGE_PARTS);

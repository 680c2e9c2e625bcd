import { historySuite } from './forward.ts';

// golang-migrate: large files with functions, DO blocks and rows.
historySuite('harbor');

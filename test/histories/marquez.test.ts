import { historySuite } from './forward.ts';

// Flyway: versions such as 17.2, repeatables, and an index that is built concurrently.
historySuite('marquez');

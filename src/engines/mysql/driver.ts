/** A module of its own, so that it is loaded when a connection is opened and not before. */
export { createConnection } from 'mysql2/promise';

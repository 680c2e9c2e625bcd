import pg from 'pg';

// The least that a Node program does which asks a PostgreSQL anything; bundled like our own.
const client = new pg.Client({ connectionString: process.argv[2] });
await client.connect();
await client.query('SELECT 1');
await client.end();

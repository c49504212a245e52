// node-postgres and postgres.js: parameters in text, named statements, cursors by portal, streams, pools, errors.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');
const QueryStream = require('pg-query-stream');
const postgres = require('postgres');

const ok = (what) => console.log('ok', what);
// Not every package lets its description be required.
const version = (name) => JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, name, 'package.json'))).version;

async function nodePostgres() {
  console.log('client node-postgres', version('pg'));
  const client = new Client({ application_name: 'tests', statement_timeout: 30000 });
  await client.connect();
  const one = async (text, values) => (await client.query(text, values)).rows[0];

  assert.deepEqual(await one("SELECT 1::bigint AS big, 1.50::numeric AS num, true AS yes, NULL AS no"), { big: '1', num: '1.50', yes: true, no: null });
  ok('types of a row');
  const counted = await one(
    'SELECT count(*)::int AS n FROM orders WHERE id > $1 AND state = $2 AND created_at >= $3 AND amount < $4 AND ($5::text IS NULL OR state = $5) AND state = ANY($6)',
    [10, 'paid', new Date('2024-01-01T00:00:00Z'), 100.5, null, ['paid', 'x']],
  );
  assert.deepEqual(counted, { n: 52 });
  ok('parameters without types');
  assert.deepEqual((await client.query('SELECT id::int FROM orders ORDER BY id LIMIT $1 OFFSET $2', [2, 3])).rows, [{ id: 4 }, { id: 5 }]);
  ok('LIMIT and OFFSET as parameters');
  for (const id of [1, 2, 3]) {
    const { rows } = await client.query({ name: 'named', text: 'SELECT $1::int + id::int AS x FROM orders WHERE id = $2', values: [id, id] });
    assert.deepEqual(rows, [{ x: 2 * id }]);
  }
  ok('a named statement');
  const several = await client.query('SELECT 1 AS a; SELECT 2 AS b');
  assert.deepEqual(several.map((result) => result.rows), [[{ a: 1 }], [{ b: 2 }]]);
  ok('several statements in one text');
  await assert.rejects(client.query('SELECT * FROM nope'), (error) => error.code === '42P01' && error.position === '15');
  ok('an error with its code and place');
  await client.query('BEGIN');
  await assert.rejects(client.query('SELECT 1/0'), { code: '22012' });
  await assert.rejects(client.query('SELECT 1'), { code: '25P02' });
  await client.query('ROLLBACK');
  ok('a failed block is left by ROLLBACK');

  const cursor = client.query(new Cursor('SELECT id FROM orders WHERE id > $1', [0]));
  let rows = 0;
  for (let some = await cursor.read(90); some.length; some = await cursor.read(90)) rows += some.length;
  await cursor.close();
  assert.equal(rows, 1000);
  ok('a cursor by portal');
  rows = 0;
  for await (const _ of client.query(new QueryStream('SELECT * FROM orders', [], { batchSize: 33 }))) rows += 1;
  assert.equal(rows, 1000);
  ok('a stream');
  await client.end();

  const pool = new Pool({ max: 3 });
  const answers = await Promise.all([1, 2, 3, 4, 5].map((number) => pool.query('SELECT $1::int AS number', [number])));
  assert.deepEqual(answers.map((answer) => answer.rows[0].number), [1, 2, 3, 4, 5]);
  await pool.end();
  ok('a pool');
}

async function postgresJs() {
  console.log('client postgres.js', version('postgres'));
  const sql = postgres({ max: 1 });
  const [counted] = await sql`SELECT count(*)::int AS n FROM orders WHERE id > ${10} AND state IN ${sql(['paid', 'x'])} AND created_at > ${new Date('2023-01-01')}`;
  assert.equal(counted.n, 742);
  ok('statements prepared and described');
  const [row] = await sql`SELECT ARRAY['a', 'b c'] AS list, ${sql.json({ k: 1 })}::jsonb AS document, ${4}::int8 AS big`;
  assert.deepEqual({ ...row }, { list: ['a', 'b c'], document: { k: 1 }, big: '4' });
  ok('arrays, JSON and large integers');
  let rows = 0;
  for await (const some of sql`SELECT id FROM orders`.cursor(100)) rows += some.length;
  assert.equal(rows, 1000);
  ok('a cursor');
  await sql.begin(async (block) => {
    await block`CREATE TEMPORARY TABLE brought (id int, word text)`;
    await block`INSERT INTO brought ${block([{ id: 1, word: 'one' }, { id: 2, word: null }])}`;
    assert.equal((await block`SELECT count(*)::int AS n FROM brought`)[0].n, 2);
  });
  ok('a block with an insert of several rows');
  await assert.rejects(sql`SELECT nope FROM orders`, { code: '42703' });
  ok('an error with its code');
  await sql.end();
}

nodePostgres().then(postgresJs).catch((error) => {
  console.error(error);
  process.exit(1);
});

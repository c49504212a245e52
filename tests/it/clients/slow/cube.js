// Cube's driver, Evidence's connector and knex: what they ask of the catalogue, and their ways to fetch rows.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { PostgresDriver } = require('@cubejs-backend/postgres-driver');
const evidence = require('@evidence-dev/postgres');
const knexOf = require('knex');

const ok = (what) => console.log('ok', what);
const version = (name) => JSON.parse(fs.readFileSync(path.join(process.env.NODE_PATH, name, 'package.json'))).version;
const { PGHOST: host, PGPORT, PGUSER: user, PGPASSWORD: password, PGDATABASE: database } = process.env;
const address = { host, port: Number(PGPORT), user, password, database };

async function cube() {
  console.log('client Cube\'s driver', version('@cubejs-backend/postgres-driver'));
  const driver = new PostgresDriver({ ...address, max: 2 });
  await driver.testConnection();
  ok('testConnection()');
  const { public: tables } = await driver.tablesSchema();
  const types = Object.fromEntries(tables.orders.map((column) => [column.name, column.type]));
  assert.deepEqual([types.amount, types.created_at, types.state], ['numeric', 'timestamp with time zone', 'text']);
  ok('tablesSchema()');
  assert.ok((await driver.getSchemas()).some((schema) => schema.schema_name === 'public'));
  const found = await driver.getTablesForSpecificSchemas([{ schema_name: 'public' }]);
  assert.ok(found.some((table) => table.table_name === 'orders'));
  const columns = await driver.getColumnsForSpecificTables([{ schema_name: 'public', table_name: 'orders' }]);
  assert.equal(columns.length, 8);
  ok('schemas, tables and columns one by one');
  const grouped = `SELECT date_trunc('day', (o.created_at::timestamptz AT TIME ZONE 'UTC')) AS day, sum(o.amount) AS amount
    FROM orders AS o WHERE o.created_at >= $1::timestamptz AND o.created_at <= $2::timestamptz GROUP BY 1 ORDER BY 2 DESC LIMIT 10`;
  const rows = await driver.query(grouped, ['2023-01-01T00:00:00Z', '2025-01-01T00:00:00Z']);
  assert.deepEqual(rows, [{ day: '2024-01-01T00:00:00.000', amount: '625625.00' }]);
  ok('a measure by a time dimension');
  const { types: described, rows: kept } = await driver.downloadQueryResults('SELECT id, amount, paid FROM orders', [], { highWaterMark: 100 });
  assert.deepEqual(described.map((column) => column.type), ['bigint', 'decimal', 'boolean']);
  assert.equal(kept.length, 1000);
  ok('types of a result');
  const streamed = await driver.stream('SELECT * FROM orders', [], { highWaterMark: 50 });
  let count = 0;
  for await (const _ of streamed.rowStream) count += 1;
  await streamed.release();
  assert.equal(count, 1000);
  ok('a stream');
  await assert.rejects(driver.query('SELECT nope FROM orders', []), /column "nope" does not exist/);
  ok('an error');
  await driver.release();
}

async function evidenceConnector() {
  console.log('client Evidence\'s connector', version('@evidence-dev/postgres'));
  assert.equal(await evidence.testConnection({ ...address, ssl: false }), true);
  ok('testConnection()');
  const run = await evidence.getRunner({ ...address, ssl: false });
  const { rows, columnTypes, expectedRowCount } = await run('SELECT id, state, amount, created_at FROM orders', 'orders.sql', 100);
  const all = [];
  for await (const some of rows()) all.push(...some);
  assert.deepEqual([all.length, expectedRowCount], [1000, 1000]);
  assert.deepEqual(columnTypes.map((column) => column.evidenceType), ['number', 'string', 'number', 'date']);
  ok('a query in batches, with its count and types');
}

async function knexBuilder() {
  console.log('client knex', version('knex'));
  const knex = knexOf({ client: 'pg', version: '15', connection: address });
  assert.equal(await knex.schema.hasTable('orders'), true);
  assert.equal((await knex('orders').columnInfo()).amount.type, 'numeric');
  ok('a table and its columns');
  assert.equal(Number((await knex('orders').where('id', '>', 5).andWhere('state', 'paid').count('* as n').first()).n), 746);
  ok('a query');
  await knex.schema.createTable('made_by_knex', (table) => { table.bigInteger('id'); table.string('word', 20); });
  await assert.rejects(knex.transaction(async (block) => {
    await block('made_by_knex').insert([{ id: 1, word: 'one' }, { id: 2, word: 'two' }]);
    throw new Error('enough');
  }), /enough/);
  assert.equal(Number((await knex('made_by_knex').count('* as n').first()).n), 0);
  ok('a block that is taken back');
  await knex.schema.dropTable('made_by_knex');
  ok('a table is made and dropped');
  await knex.destroy();
}

cube().then(evidenceConnector).then(knexBuilder).then(() => process.exit(0)).catch((error) => {
  console.error(error);
  process.exit(1);
});

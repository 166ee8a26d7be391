// What node-postgres does through the tap.
'use strict';
const assert = require('node:assert');
const { Client, Pool } = require('pg');

const url = process.env.TAP_URL;

async function main() {
  const client = new Client({ connectionString: url, application_name: 'node-postgres' });
  await client.connect();

  assert.deepStrictEqual((await client.query('select 1 as one; select 2 as two')).map((r) => r.rows),
      [[{ one: 1 }], [{ two: 2 }]]);
  assert.strictEqual((await client.query('select $1::int + $2::int as sum', [40, 2])).rows[0].sum, 42);
  for (let i = 0; i < 3; i++) {
    const named = { name: 'twice', text: 'select $1::int * 2 as twice', values: [i] };
    assert.strictEqual((await client.query(named)).rows[0].twice, 2 * i);
  }

  await client.query('begin');
  await client.query('create temp table t (id int, value bytea)');
  await client.query('insert into t select g, $1 from generate_series(1, 1000) g', [Buffer.from([0, 255, 39])]);
  const rows = (await client.query('select value from t order by id')).rows;
  assert.strictEqual(rows.length, 1000);
  assert.deepStrictEqual(rows[999].value, Buffer.from([0, 255, 39]));
  await client.query('commit');

  await assert.rejects(client.query('select 1 / 0'), (e) => e.code === '22012');

  const notices = [];
  client.on('notice', (n) => notices.push(n.message));
  await client.query("do $$ begin raise notice 'seen'; end $$");
  assert.deepStrictEqual(notices, ['seen']);

  const heard = new Promise((resolve) => client.once('notification', resolve));
  await client.query('listen node_channel');
  await client.query("select pg_notify('node_channel', 'payload')");
  assert.strictEqual((await heard).payload, 'payload');

  const long = (await client.query("select repeat('x', 20000000) as long")).rows[0].long;
  assert.strictEqual(long.length, 20000000);
  await client.end();

  const pool = new Pool({ connectionString: url, application_name: 'node-postgres', max: 10 });
  const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => pool.query('select $1::int as pooled', [i])));
  assert.deepStrictEqual(answers.map((r) => r.rows[0].pooled), Array.from({ length: 200 }, (_, i) => i));
  await pool.end();
  console.log('done');
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});

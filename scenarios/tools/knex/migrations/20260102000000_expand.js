// New rows get the default at once; the rows that are there stay null until the backfill.
exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.text('currency')
  })
  await knex.raw("ALTER TABLE orders ALTER COLUMN currency SET DEFAULT 'EUR'")
}

exports.down = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.dropColumn('currency')
  })
}

exports.config = { transaction: false }

exports.up = async (knex) => {
  await knex.raw('CREATE INDEX CONCURRENTLY orders_account_id_idx ON orders (account_id)')
}

exports.down = async (knex) => {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS orders_account_id_idx')
}

// Rewrites the table while nobody can read it.
exports.up = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.double('total').notNullable().alter()
  })
}

exports.down = async (knex) => {
  await knex.schema.alterTable('orders', (table) => {
    table.decimal('total', 12, 2).notNullable().alter()
  })
}

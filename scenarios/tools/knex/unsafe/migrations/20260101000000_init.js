exports.up = async (knex) => {
  await knex.schema.createTable('account', (table) => {
    table.bigIncrements('id')
    table.text('name').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
  })
  await knex.schema.createTable('orders', (table) => {
    table.bigIncrements('id')
    table.bigInteger('account_id').notNullable().references('account.id')
    table.decimal('total', 12, 2).notNullable()
    table.timestamp('created_at').notNullable().defaultTo(knex.fn.now())
  })
}

exports.down = async (knex) => {
  await knex.schema.dropTable('orders')
  await knex.schema.dropTable('account')
}

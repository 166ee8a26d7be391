// Without a transaction of Knex's, each batch commits by itself and holds its row locks for a moment only.
exports.config = { transaction: false }

exports.up = async (knex) => {
  const { max } = await knex('orders').max('id as max').first()
  for (let from = 0; from < Number(max); from += 1000) {
    await knex('orders')
      .where('id', '>', from)
      .where('id', '<=', from + 1000)
      .whereNull('currency')
      .update({ currency: 'EUR' })
  }
}

exports.down = async () => {}

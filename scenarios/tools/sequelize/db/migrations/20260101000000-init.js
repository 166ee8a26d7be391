module.exports = {
  up: async (query, types) => {
    await query.createTable('account', {
      id: { type: types.BIGINT, primaryKey: true, autoIncrement: true },
      name: { type: types.TEXT, allowNull: false },
      created_at: { type: types.DATE, allowNull: false },
    })
  },
  down: async (query) => {
    await query.dropTable('account')
  },
}

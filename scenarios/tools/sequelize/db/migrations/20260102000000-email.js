module.exports = {
  up: async (query, types) => {
    await query.addColumn('account', 'email', types.TEXT)
  },
  down: async (query) => {
    await query.removeColumn('account', 'email')
  },
}

module.exports = {
  up: async (query) => {
    await query.addIndex('account', ['email'], { name: 'account_email_idx', concurrently: true })
  },
  down: async (query) => {
    await query.removeIndex('account', 'account_email_idx')
  },
}

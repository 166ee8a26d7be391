export const up = (pgm) => {
  pgm.noTransaction()
  pgm.createIndex('account', 'email', { name: 'account_email_idx', concurrently: true })
}

export const down = (pgm) => {
  pgm.noTransaction()
  pgm.dropIndex('account', 'email', { name: 'account_email_idx' })
}

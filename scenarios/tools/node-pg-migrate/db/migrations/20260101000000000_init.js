export const up = (pgm) => {
  pgm.createTable('account', {
    id: 'id',
    name: { type: 'text', notNull: true },
    created_at: { type: 'timestamptz', notNull: true },
  })
}

export const down = (pgm) => {
  pgm.dropTable('account')
}

exports.up = (db) =>
  db.createTable('account', {
    id: { type: 'bigint', primaryKey: true, autoIncrement: true },
    name: { type: 'text', notNull: true },
    created_at: { type: 'timestamptz', notNull: true },
  })

exports.down = (db) => db.dropTable('account')

exports.up = (db) => db.addColumn('account', 'email', { type: 'text' })

exports.down = (db) => db.removeColumn('account', 'email')

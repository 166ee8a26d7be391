exports.up = (db) => db.runSql('CREATE INDEX CONCURRENTLY account_email_idx ON account (email)')

exports.down = (db) => db.runSql('DROP INDEX CONCURRENTLY account_email_idx')

const { DataSource } = require('typeorm');

module.exports = new DataSource({
  type: 'postgres',
  url: process.env.ACCOUNTS_URL,
  migrations: ['migrations/*.js'],
  migrationsTransactionMode: 'each',
});

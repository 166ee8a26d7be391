module.exports = class EmailIndex1767398400000 {
  transaction = false;

  async up(queryRunner) {
    await queryRunner.query('CREATE INDEX CONCURRENTLY account_email_idx ON account (email)');
  }

  async down(queryRunner) {
    await queryRunner.query('DROP INDEX account_email_idx');
  }
};

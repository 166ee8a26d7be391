module.exports = class Init1767225600000 {
  async up(queryRunner) {
    await queryRunner.query('CREATE TABLE account (id bigserial PRIMARY KEY, name text NOT NULL, created_at timestamptz NOT NULL)');
  }

  async down(queryRunner) {
    await queryRunner.query('DROP TABLE account');
  }
};

module.exports = class Email1767312000000 {
  async up(queryRunner) {
    await queryRunner.query('ALTER TABLE account ADD COLUMN email text');
  }

  async down(queryRunner) {
    await queryRunner.query('ALTER TABLE account DROP COLUMN email');
  }
};

// Each step by itself: the scan of VALIDATE blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
exports.config = { transaction: false }

exports.up = async (knex) => {
  await knex.raw('ALTER TABLE orders ADD CONSTRAINT orders_currency_given CHECK (currency IS NOT NULL) NOT VALID')
  await knex.raw('ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_given')
  await knex.raw('ALTER TABLE orders ALTER COLUMN currency SET NOT NULL')
  await knex.raw('ALTER TABLE orders DROP CONSTRAINT orders_currency_given')
}

exports.down = async (knex) => {
  await knex.raw('ALTER TABLE orders ALTER COLUMN currency DROP NOT NULL')
}

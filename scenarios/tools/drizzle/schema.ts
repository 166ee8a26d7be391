import { bigint, bigserial, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

export const account = pgTable('account', {
  id: bigserial({ mode: 'bigint' }).primaryKey(),
  name: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

export const orders = pgTable('orders', {
  id: bigserial({ mode: 'bigint' }).primaryKey(),
  accountId: bigint('account_id', { mode: 'bigint' }).notNull().references(() => account.id),
  total: numeric({ precision: 12, scale: 2 }).notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  currency: text().notNull().default('EUR'),
})

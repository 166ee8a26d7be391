import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './package/dist/drizzle/schema.js',
  out: './package/src/drizzle/migrations',
  dbCredentials: { url: process.env.DATABASE_URL! },
})

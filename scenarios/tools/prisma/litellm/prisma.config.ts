import { defineConfig } from 'prisma/config'

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'package/litellm_proxy_extras/migrations' },
  datasource: { url: process.env.DATABASE_URL! },
})

#!/usr/bin/env node
// A stand-in for Prisma's native schema engine, for machines that cannot download it, as those that build Rehearse. It is used by
// the tests in scenarios/ alone and is no part of Rehearse: a user's project runs with the engine that Prisma installs.
// It speaks the native engine's protocol on standard input and output (JSON-RPC 2.0, one message a line) and hands each call to
// Prisma's own schema engine compiled to WebAssembly. Prisma runs it where PRISMA_SCHEMA_ENGINE_BINARY names this file.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pg from 'pg'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

const args = process.argv.slice(2)
if (args.includes('--version') || args.includes('-V')) { console.log('schema-engine-cli wasm'); process.exit(0) }
const opt = (name) => args.flatMap((a, i) => (a === name ? [args[i + 1]] : []))
// Prisma 7 passes --datasource '{"url":...}'; Prisma 6 passes the bare URL, or nothing but --datamodels
const ds = opt('--datasource')[0] ?? process.env.DATABASE_URL
const url = new URL(ds.startsWith('{') ? JSON.parse(ds).url : ds)
const schema = url.searchParams.get('schema') ?? 'public'
const config = {
  host: url.hostname, port: Number(url.port || 5432), user: decodeURIComponent(url.username),
  password: url.password ? decodeURIComponent(url.password) : undefined,
  database: decodeURIComponent(url.pathname.slice(1)),
  application_name: url.searchParams.get('application_name') ?? undefined,
  options: [url.searchParams.get('options'), schema !== 'public' ? `-c search_path="${schema}"` : ''].filter(Boolean).join(' ') || undefined,
  max: 1, idleTimeoutMillis: 50, allowExitOnIdle: true,
}

const cli = ['can-connect-to-database', 'create-database', 'drop-database'].find((c) => args.includes(c))
if (cli) {
  try {
    const c = new pg.Client(cli === 'can-connect-to-database' ? config : { ...config, database: 'postgres' })
    await c.connect()
    if (cli === 'create-database') await c.query(`CREATE DATABASE ${pg.escapeIdentifier(config.database)}`)
    if (cli === 'drop-database') await c.query(`DROP DATABASE ${pg.escapeIdentifier(config.database)}`)
    await c.end(); process.exit(0)
  } catch (e) {
    const error_code = { '3D000': 'P1003', '28P01': 'P1000', '28000': 'P1000', '42P04': 'P1009' }[e.code] ?? 'P1001'
    console.error(JSON.stringify({ level: 'INFO', fields: { message: cli } })) // the CLI skips the first line
    console.error(JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', target: 'schema_engine::logger', fields: { is_panic: false, error_code, message: String(e.message || e) } }))
    process.exit(1)
  }
}

// The stock PrismaPg.executeScript() cuts scripts at every ';', even inside $$ bodies. The native engine sends the
// file as one simple query (implicit transaction) up to Prisma 7.3, and statement by statement from 7.4 on, falling
// back to the whole file where its parser fails (it cannot parse DROP INDEX CONCURRENTLY).
const version = (() => { try { return createRequire(join(process.cwd(), 'x'))('prisma/package.json').version } catch { return '7.10.1' } })()
const [major, minor] = version.split('.').map(Number)
const splits = process.env.PRISMA_SHIM_SPLIT ? process.env.PRISMA_SHIM_SPLIT === '1' : major > 7 || (major === 7 && minor >= 4)
const pieces = async (script) => {
  if (!splits || /drop\s+index\s+concurrently/i.test(script)) return [script]
  try {
    const { loadModule, parseSync } = await import('libpg-query')
    await loadModule()
    const bytes = Buffer.from(script)
    return parseSync(script).stmts.map((s) => {
      const from = s.stmt_location ?? 0
      return bytes.subarray(from, s.stmt_len ? from + s.stmt_len : undefined).toString()
    })
  } catch { return [script] }
}
const whole = (conn) => {
  conn.executeScript = async (script) => {
    for (const piece of await pieces(script)) try { await conn.underlyingDriver().query(piece) } catch (e) { conn.onError(e) }
  }
  return conn
}
class WholeScriptPg extends PrismaPg {
  async connect() { return whole(await super.connect()) }
  async connectToShadowDb() { return whole(await super.connectToShadowDb()) }
}

const wasmFile = join(dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')), 'schema_engine_bg.wasm')
globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { set_message(m) { this.message = m } }
const { instance } = await WebAssembly.instantiate(readFileSync(wasmFile), { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()
const datamodels = opt('--datamodels').map((p) => [p, readFileSync(p, 'utf8')])
const factory = bindMigrationAwareSqlAdapterFactory(new WholeScriptPg(config, { schema }))
const engine = await glue.SchemaEngine.new({ datamodels: datamodels.length ? datamodels : undefined }, () => {}, factory)

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  const { id, method, params } = JSON.parse(line)
  if (!method) continue // the CLI's answer to our 'print'
  let reply
  try {
    const name = method === 'getDatabaseVersion' ? 'version' : method
    const result = (await engine[name](params)) ?? null
    if (method === 'diff' && result?.stdout) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, method: 'print', params: { content: result.stdout } }) + '\n')
    reply = { jsonrpc: '2.0', id, result }
  } catch (e) {
    const data = { is_panic: false, message: e?.message ?? String(e), meta: e?.meta ?? null, error_code: e?.code ?? null }
    reply = { jsonrpc: '2.0', id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data } }
  }
  process.stdout.write(JSON.stringify(reply) + '\n')
}

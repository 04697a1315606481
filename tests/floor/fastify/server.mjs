// The same work as a generated backend on SQLite, by what a Node developer would write for speed.
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import Fastify from 'fastify'

const OWNER = '00000000-0000-7000-8000-000000000001'
const token = process.env.FLOOR_TOKEN
const hash = (text) => createHash('sha256').update(text).digest()
// six digits of a second, as everywhere here
const now = () => new Date().toISOString().replace('Z', '000Z')

const db = new Database(process.env.FLOOR_DATABASE ?? 'floor.db')
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
const made = db.prepare(`SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'tasks'`).get()
if (made.tables === 0) db.exec(readFileSync(new URL('schema.sql', import.meta.url), 'utf8'))
db.prepare(`INSERT OR IGNORE INTO users VALUES (?, 'local@localhost', '', ?, NULL)`).run(OWNER, now())
if (token) {
  const session = db.prepare(`INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, '9999')`)
  session.run(randomUUID(), OWNER, hash(token), now(), now())
}

const byToken = db.prepare(`
  SELECT s.id, s.created_at, s.last_used_at, s.expires_at,
         u.id AS user_id, u.email, u.created_at AS user_created_at
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = ? AND s.expires_at > ? AND u.disabled_at IS NULL`)
const find = db.prepare(`
  SELECT id, title, description, status, due_at, version, created_at, updated_at
  FROM tasks WHERE owner_id = ? AND id = ?`)
const insert = db.prepare(`
  INSERT INTO tasks (id, owner_id, title, title_folded, description, status, due_at, version,
                     created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

const server = Fastify({ logger: true, disableRequestLogging: true })
server.addHook('onRequest', async (request, reply) => {
  if (request.url === '/livez') return
  if (!token) {
    request.owner = OWNER
    return
  }
  const shown = /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1]
  const login = shown && byToken.get(hash(shown), now())
  if (!login) return reply.code(401).send({ code: 'unauthenticated' })
  request.owner = login.user_id
})
server.addHook('onResponse', async (request, reply) => {
  const { method, routeOptions } = request
  const ms = Math.round(reply.elapsedTime * 100) / 100
  request.log.info({ event: 'request', method, route: routeOptions.url, status: reply.statusCode, ms })
})

const nullable = { type: ['string', 'null'] }
const text = { type: 'string' }
const answer = {
  type: 'object',
  properties: {
    id: text, title: text, description: text, status: text, due_at: nullable,
    version: { type: 'integer' }, created_at: text, updated_at: text,
  },
}
const body = {
  type: 'object',
  required: ['title'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 200 },
    description: { type: 'string', maxLength: 10000 },
    due_at: nullable,
  },
}

server.get('/livez', async () => ({ status: 'ok' }))
server.get('/api/v1/tasks/:id', { schema: { response: { 200: answer } } }, async (request, reply) => {
  const found = find.get(request.owner, request.params.id)
  if (!found) return reply.code(404).send({ code: 'not_found' })
  reply.header('etag', `"${found.version}"`)
  return found
})
server.post('/api/v1/tasks', { schema: { body, response: { 201: answer } } }, async (request, reply) => {
  const { title, description = '', due_at = null } = request.body
  const at = now()
  const task = { id: randomUUID(), title, description, status: 'todo', due_at, version: 1, created_at: at, updated_at: at }
  insert.run(task.id, request.owner, title, title.toLowerCase(), description, 'todo', due_at, 1, at, at)
  reply.code(201).header('etag', '"1"').header('location', `/api/v1/tasks/${task.id}`)
  return task
})

await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0) })

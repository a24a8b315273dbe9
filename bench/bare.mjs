// The bare server that ours is compared with: the same framework, reading the same body, answering `true`.
import Fastify from 'fastify'

const app = Fastify()
app.get('/', async () => true)
app.post('/', async (_request, reply) => reply.type('application/json').send('true'))
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })

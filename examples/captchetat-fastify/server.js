import { readFileSync } from 'node:fs'
import fastify from 'fastify'

const { UPRIGHT_URL, UPRIGHT_CLIENT_ID, UPRIGHT_CLIENT_SECRET, UPRIGHT_API, PORT } = process.env
if (!UPRIGHT_URL || !UPRIGHT_CLIENT_ID || !UPRIGHT_CLIENT_SECRET) {
  console.error('Set UPRIGHT_URL, UPRIGHT_CLIENT_ID and UPRIGHT_CLIENT_SECRET')
  process.exit(1)
}
const api = UPRIGHT_URL + (UPRIGHT_API ?? '/piste/captchetat/v2')

async function fetchToken() {
  const client = { client_id: UPRIGHT_CLIENT_ID, client_secret: UPRIGHT_CLIENT_SECRET }
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...client })
  const answer = await fetch(`${UPRIGHT_URL}/api/oauth/token`, { method: 'POST', body })
  return (await answer.json()).access_token
}

// All requests share one promise of a token. A request that finds it invalid drops it, and the next one
// fetches another.
let token
async function ask(url, { headers, ...options } = {}, retry = true) {
  token ??= fetchToken()
  const mine = token
  const authorization = `Bearer ${await mine.catch(console.error)}`
  const signal = AbortSignal.timeout(10_000)
  const answer = await fetch(url, { ...options, signal, headers: { ...headers, authorization } })
  if (answer.status === 401 && token === mine) token = undefined
  return answer.status === 401 && retry ? ask(url, { headers, ...options }, false) : answer
}

/** Passes requests on, and what Upright answers. */
const proxy = address => async (request, reply) => {
  const { range } = request.headers
  const { search } = new URL(request.url, UPRIGHT_URL)
  const answer = await ask(address + search, { headers: range ? { range } : {} }).catch(console.error)
  if (!answer) return reply.code(502).send()
  for (const name of [
    'content-type',
    'content-range',
    'accept-ranges',
    'cache-control',
    'content-disposition',
  ]) {
    if (answer.headers.has(name)) reply.header(name, answer.headers.get(name))
  }
  return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()))
}

const app = fastify()
for (const name of ['index.html', 'done.html', 'style.css']) {
  const type = name.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8'
  const bytes = readFileSync(new URL(`public/${name}`, import.meta.url))
  app.get(`/${name.replace('index.html', '')}`, (_request, reply) => reply.type(type).send(bytes))
}
app.get('/captchetat-js.js', proxy(`${UPRIGHT_URL}/captchetat/captchetat-js.js`))
app.get('/api/simple-captcha-endpoint', proxy(`${api}/simple-captcha-endpoint`))
const form = 'application/x-www-form-urlencoded'
app.addContentTypeParser(form, { parseAs: 'string' }, async (_request, text) => new URLSearchParams(text))
app.post('/form', async ({ body }, reply) => {
  const [uuid, code] = ['captchetat-uuid', 'code'].map(name => body?.get(name) ?? '')
  const options = { method: 'POST', body: JSON.stringify({ uuid, code }) }
  const answer = await ask(`${api}/valider-captcha`, options).catch(console.error)
  const verdict = answer?.status === 200 && (await answer.text())
  // What the form is for is done here, and only here: whatever is no plain yes is a no.
  return reply.redirect(verdict === 'true' ? '/done.html' : verdict === 'false' ? '/#wrong' : '/#away', 303)
})

console.log(`The form is on ${await app.listen({ port: Number(PORT ?? 3000), host: '127.0.0.1' })}`)

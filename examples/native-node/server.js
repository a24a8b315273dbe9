import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const { UPRIGHT_URL, UPRIGHT_PUBLIC_KEY, UPRIGHT_SECRET, PORT } = process.env
if (!UPRIGHT_URL || !UPRIGHT_PUBLIC_KEY || !UPRIGHT_SECRET) {
  console.error('Set UPRIGHT_URL, UPRIGHT_PUBLIC_KEY and UPRIGHT_SECRET')
  process.exit(1)
}
const read = name => readFileSync(new URL(name, import.meta.url), 'utf8')
const [form, thanks] = [read('form.html'), read('thanks.html')]

/** Calls Upright as the site; undefined while it is away, or refuses. */
async function call(path, fields) {
  const body = JSON.stringify({ ...fields, secret: UPRIGHT_SECRET })
  const options = { method: 'POST', body, signal: AbortSignal.timeout(10_000) }
  try {
    const answer = await fetch(`${UPRIGHT_URL}/upright/v1/${path}`, options)
    if (answer.ok) return await answer.json()
    console.error(`${path}: ${answer.status} ${await answer.text()}`)
  } catch (error) {
    console.error(error)
  }
  return undefined
}

/** A new challenge: its ticket, which the form carries. */
const challenge = () => call('challenge', { sitekey: UPRIGHT_PUBLIC_KEY, action: 'contact', lang: 'en' })

/**
 * Answers the ticket of a form. Only a pass that was redeemed lets a form in: the same answer gets the same
 * pass for a minute, and a pass is redeemed once.
 */
async function check({ ticket, code, digits }) {
  const [kind, response] = code.trim() ? ['text', code] : ['speech', digits]
  const answer = await call('answer', { ticket, kind, response, lang: 'en' })
  if (!answer?.success) return { passed: false, fresh: answer }
  const verified = await call('siteverify', { response: answer.pass })
  return { passed: verified?.success === true && verified.action === 'contact', fresh: undefined }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = value => value.replace(/[&<>"]/g, sign => ESCAPES[sign])
/** A page, with a value in each {{place}}. */
const fill = (page, values) => page.replace(/\{\{(\w+)\}\}/g, (_, name) => escapeHtml(values[name] ?? ''))

const AWAY = 'The form cannot be checked at the moment. Please try again in a few minutes.'
const REASONS = {
  wrong: 'That was not what the picture or the sound says. Here is a new one.',
  expired: 'That took too long. Here is a new one.',
  raised: 'Please answer once more.',
}

/** The form, with a challenge that the visitor has not seen. */
async function showForm(response, { fresh, notice = '', message = '' }) {
  const { ticket } = (fresh?.ticket ? fresh : await challenge()) ?? {}
  const shown = kind => `${UPRIGHT_URL}/upright/v1/show?${new URLSearchParams({ ticket, kind })}`
  const places = ticket ? { ticket, picture: shown('text'), sound: shown('speech') } : {}
  send(response, ticket ? 200 : 503, fill(form, { ...places, notice: ticket ? notice : AWAY, message }))
}

const POLICY = [
  "default-src 'none'",
  `img-src data: ${new URL(UPRIGHT_URL).origin}`,
  `media-src ${new URL(UPRIGHT_URL).origin}`,
  "form-action 'self'",
  "base-uri 'none'",
].join('; ')

const send = (response, status, page) =>
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      // Upright sees whose page shows a picture, and no more of its address.
      'referrer-policy': 'strict-origin-when-cross-origin',
    })
    .end(page)

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname !== '/') return send(response, 404, thanks.replace('{{what}}', 'There is nothing here.'))
  if (request.method !== 'POST') return showForm(response, {})
  const fields = new URLSearchParams(await text(request))
  const [ticket, code, digits, message] = ['ticket', 'code', 'digits', 'message'].map(
    name => fields.get(name) ?? '',
  )
  const { passed, fresh } = await check({ ticket, code, digits })
  // What the form is for is done here, and only here.
  if (passed) return send(response, 200, fill(thanks, { what: 'Thank you. Your message has been sent.' }))
  return showForm(response, { fresh, notice: REASONS[fresh?.reason] ?? AWAY, message })
})

server.listen(PORT ?? 3000, '127.0.0.1', () => {
  console.log(`The form is on http://127.0.0.1:${server.address().port}`)
})

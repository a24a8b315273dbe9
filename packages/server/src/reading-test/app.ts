import { CaptchaError } from '@upright/core'
import fastify, { type FastifyInstance } from 'fastify'
import { BODY_LIMIT, readBody } from '../http/body.ts'
import { protectServer, SMALL_SERVER_BOUNDS } from '../http/connections.ts'
import { renderError } from '../http/errors.ts'
import { type Files, sendFile } from '../http/files.ts'
import { securePage, setSecurityHeaders } from '../http/security.ts'
import { logOptions } from '../telemetry/log.ts'
import type { Session } from './session.ts'
import type { Answered, Challenged, Standing } from './wire.ts'

/** The page of a reading test and what it asks for. `ended` resolves when the end has been sent. */
export function createReading(
  session: Session,
  files: Files,
): { app: FastifyInstance; ended: Promise<void> } {
  const app = fastify({
    ...logOptions({ logLevel: 'warn', logTime: 'epoch' }, process.stderr),
    bodyLimit: BODY_LIMIT,
    frameworkErrors: renderError,
  }) as FastifyInstance

  protectServer(app.server, { bounds: SMALL_SERVER_BOUNDS })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', readBody)
  app.setErrorHandler(renderError)
  app.setNotFoundHandler(() => {
    throw new CaptchaError('not_found')
  })
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply).header('cache-control', 'no-store')
    // Other sites in the same browser can find this port: they must neither read nor answer.
    const { host = '', origin = `http://${host}` } = request.headers
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) || origin !== `http://${host}`) {
      throw new CaptchaError('origin_refused')
    }
  })
  const ended = new Promise<void>(resolve => {
    app.addHook('onResponse', async () => {
      if (session.finished) resolve()
    })
  })

  app.get('/', (request, reply) => sendFile(files, 'reading.html', request, securePage(reply)))
  app.get('/assets/*', (request, reply) =>
    sendFile(files, `assets/${(request.params as { '*': string })['*']}`, request, reply),
  )
  app.get('/test.json', () => standing(session))
  app.get('/challenges/:n', async (request, reply) => {
    const { type, bytes } = await session.show(Number((request.params as { n: string }).n))
    return reply.type(type).send(bytes)
  })
  app.post('/answers', async (request): Promise<Answered> => {
    const { n, typed } = readAnswer(request.body)
    const taken = await session.answer(n, typed)
    return { taken, ...(await standing(session)) }
  })
  return { app, ended }
}

async function standing(session: Session): Promise<Standing> {
  const { style, form, count, next } = session
  const digits = style.kind === 'number' || (style.kind === 'text' && !/\D/.test(style.settings.alphabet))
  const known = { style: style.name, kind: style.kind, form, digits, count, next }
  if (!session.finished) return known
  const result = session.result()
  const misread: Challenged[] = []
  for (const { n } of result.items.filter(({ right }) => !right)) {
    const { type, bytes } = await session.show(n)
    misread.push({ n, src: `data:${type};base64,${Buffer.from(bytes).toString('base64')}` })
  }
  return { ...known, end: { result, misread } }
}

/** @throws CaptchaError `bad_request` */
function readAnswer(body: unknown): { n: number; typed: string | null } {
  try {
    const { n, typed } = JSON.parse(String(body))
    if (Number.isInteger(n) && n >= 1 && (typed === null || typeof typed === 'string')) return { n, typed }
  } catch {}
  throw new CaptchaError(
    'bad_request',
    'an answer is {"n": 1, "typed": "…"}, or null for what cannot be read',
  )
}

/**
 * CaptchEtat v1, which is BotDetect's Simple API: a piece of HTML that brings its picture, its sound, its icons and its script
 * along. The id in it stays while its code changes: every `get=image` renews the challenge, and everything else is about
 * the code that was shown last. What browsers run is in `web/botdetect.ts`.
 */
import { CaptchaError, type CodeStyle, codeStyleNamed, expiryOf, parseId } from '@upright/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Files, sendFile } from '../../files.ts'
import { parameter } from '../../operate/query.ts'
import { bufferOf, sendBytes } from '../../operate/range.ts'
import type { PisteApi } from '../../piste/index.ts'
import { sendVerdict } from '../../piste/validation.ts'
import type { Action } from '../../policy/action.ts'
import type { Admission } from '../../policy/admission.ts'
import type { Service } from '../../service.ts'
import { markup } from './markup.ts'
import { V1 } from './openapi.ts'
import type { WorkAnswer } from './wire.ts'
import { createWork } from './work.ts'

export { botdetectDocument, V1 } from './openapi.ts'

/** What the dialect needs of the house. */
export interface BotdetectOptions {
  service: Service
  /** Puts an API behind the State's gateway. */
  mount: (api: PisteApi) => void
  admission: Admission
  files: Files
}

/** What `get` can ask for that was built, the same for everybody: it is neither limited nor counted. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['script-include', 'script.js'],
  ['layout-stylesheet', 'layout.css'],
  ['reload-icon', 'reload.png'],
  ['sound-icon', 'sound.png'],
  ['reload-disabled-icon', 'reload-disabled.png'],
  ['sound-disabled-icon', 'sound-disabled.png'],
])
/**
 * What else it can ask for, as it is limited. A picture is a new code, and a new id has a code that can be
 * heard.
 */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['html', 'issue'],
  ['image', 'issue'],
  ['sound', 'show'],
  ['validation-result', 'check'],
])

function actionOf(request: FastifyRequest): Action | undefined {
  const get = parameter(request, 'get')
  if (FILES.has(get)) return undefined
  // Who asks for the head of a picture alone is given no new code.
  if (get === 'image' && request.method === 'HEAD') return 'show'
  return ACTIONS.get(get) ?? 'other'
}

/** One thing that `get` can ask for. */
type Element = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>

function idOf(request: FastifyRequest): string {
  const id = parameter(request, 't')
  if (id === '') throw new CaptchaError('bad_request', 't')
  return id
}

/** Puts the dialect behind the gateway. */
export function botdetect({ service, mount, admission, files }: BotdetectOptions): void {
  const { captcha, sounds, now, secret, config } = service
  const work = createWork([secret, config.previousSecret])

  /** The style asked for. @throws CaptchaError `bad_style` */
  const styleOf = (request: FastifyRequest): CodeStyle => {
    const style = codeStyleNamed(parameter(request, 'c'))
    if (!style) throw new CaptchaError('bad_style')
    return style
  }

  const elements: Record<string, Element> = {
    html(request, reply) {
      const style = styleOf(request)
      const id = captcha.issue(request.site.id, style).replaceAll('-', '')
      return reply
        .type('text/html; charset=utf-8')
        .send(markup(style, id, work.task(id), expiryOf(request.site.settings, Math.floor(now() / 1000))))
    },

    async image(request, reply) {
      const { id: site, settings } = request.site
      const id = idOf(request)
      // Who asks for the head alone is shown nothing new.
      const generation =
        request.method === 'HEAD'
          ? await captcha.latest(id, settings)
          : await captcha.renew(id, site, settings)
      const { type, bytes } = captcha.show(id, site, 'picture', settings, generation)
      return reply.type(type).send(bufferOf(bytes))
    },

    async sound(request, reply) {
      const { id: site, settings } = request.site
      const id = idOf(request)
      const sound = await sounds.show({
        id,
        site,
        rules: settings,
        time: now(),
        generation: await captcha.latest(id, settings),
        address: request.visitor,
      })
      // With `d` a player asks, without it the link was followed.
      if (!parameter(request, 'd')) reply.header('content-disposition', 'attachment; filename="captcha.wav"')
      return sendBytes(request, reply, sound)
    },

    p(request, reply) {
      const id = parseId(idOf(request))
      const challenge = id && captcha.open(id.toString('hex'))
      if (challenge?.site !== request.site.id) throw new CaptchaError('unknown_challenge')
      const { start, hash } = work.task(id!.toString('hex'))
      return reply.send({ sp: String(start), hs: hash } satisfies WorkAnswer)
    },

    async 'validation-result'(request, reply) {
      const { id: site, settings } = request.site
      const id = idOf(request)
      const [code, proof] = [parameter(request, 'i'), parameter(request, 'p')]
      // Where nothing was typed there is nothing to judge, and nothing to spend.
      if (code.trim() === '') return sendVerdict(reply, false)
      // Work is asked of nobody; but who sends a wrong result is no browser of ours, and its code counts as
      // wrong.
      const honest = proof === '' || work.accepts(id, proof)
      const generation = await captcha.latest(id, settings)
      const verdict = await captcha.preview(id, site, honest ? code : '', settings, generation)
      if (verdict === 'wrong') admission.failed(request.site, request.visitor)
      return sendVerdict(reply, verdict === 'passed')
    },
  }

  mount({
    base: V1,
    action: actionOf,
    async captcha(request, reply) {
      const get = parameter(request, 'get')
      const file = FILES.get(get)
      if (file !== undefined) return sendFile(files, `botdetect/${file}`, request, reply)
      reply.header('cache-control', 'no-store')
      if (!Object.hasOwn(elements, get)) throw new CaptchaError('bad_request', 'get')
      return elements[get]!(request, reply)
    },
    /** CaptchEtat's own names first, then those of BotDetect's back ends. */
    typed: field => ({
      id: field('id') || field('captchaId'),
      code: field('code') || field('userEnteredCaptchaCode'),
    }),
    validate: async ({ id, code }, { id: site, settings }) =>
      captcha.check(id, site, code, settings, await captcha.latest(id, settings)),
    generation: captcha.latest,
  })
}

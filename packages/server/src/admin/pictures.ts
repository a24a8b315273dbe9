import { CaptchaError } from '@upright/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { BODY_LIMIT, bodyOf } from '../http/body.ts'
import { parameter } from '../http/query.ts'
import type { PreparedPicture } from '../pictures/codec.ts'
import { type ImportOptions, importEntries } from '../pictures/import.ts'
import { entriesSent } from '../pictures/import-entries.ts'
import { shown } from '../pictures/picture.ts'
import type { PictureToPrepare } from '../pictures/prepare-worker.ts'
import { usage } from '../pictures/tally.ts'
import { type PictureEntry, type PictureState, STATES } from '../registry/picture.ts'
import { MAX_FIELD_LENGTHS } from '../registry/picture-fields.ts'
import type { PictureChange, PictureRegistry } from '../registry/registry.ts'
import { createThread } from '../threads/thread.ts'

/** Bytes of a feed that are read: one picture as large as any may be fits in as base64. */
export const FEED_LIMIT = 32 * 1024 * 1024
/**
 * Entries of a feed: at a tenth of a second or two for each, the answer comes before the timeout of a proxy.
 */
export const MAX_ENTRIES = 100
/** `Retry-After` in seconds while another import runs. */
const RETRY_AFTER = 5

/** Defaults for fields that entries of a feed leave out. */
export const DEFAULTS = ['status', 'species', 'shelter', 'city', 'credit', 'licence', 'source'] as const
/** Fields of a picture that can be changed. */
const CHANGEABLE = [...Object.keys(MAX_FIELD_LENGTHS), 'status', 'state', 'subject']

/** `/pictures`: the library, as `upright picture` sees it. */
export function pictureRoutes(scope: FastifyInstance, registry: PictureRegistry): void {
  const told = async (pictures: readonly PictureEntry[]) => {
    const uses = await registry.pictureUses()
    return pictures.map(picture => ({ ...shown(picture), use: usage(uses.get(picture.id)) }))
  }
  const toldOne = async (picture: PictureEntry) => (await told([picture]))[0]

  scope.get('/pictures', async request => {
    const state = stateOf(request, STATES)
    const pictures = await registry.pictures()
    return { pictures: await told(pictures.filter(picture => !state || picture.state === state)) }
  })

  scope.get('/pictures/:id', async request => toldOne(await named(request, registry)))

  scope.get('/pictures/:id/file', async (request, reply) => {
    const { id } = await named(request, registry)
    const bytes = await registry.pictureBytes(id)
    if (!bytes) throw new CaptchaError('picture_unknown', String(id))
    return reply.type('image/webp').send(bytes)
  })

  // Also while its body arrives: it bounds the memory that all imports of a process take.
  let importing = false
  const thread = createThread<PictureToPrepare, PreparedPicture>('pictures/prepare-worker.js')
  scope.addHook('onClose', () => thread.close())
  scope.post('/pictures', async (request, reply) => {
    const options = optionsOf(request)
    if (importing) {
      reply.header('retry-after', String(RETRY_AFTER))
      throw new CaptchaError('import_busy')
    }
    importing = true
    try {
      const entries = entriesSent(await bodyOf(request.raw, FEED_LIMIT), MAX_ENTRIES)
      return await importEntries(entries, {
        ...options,
        registry: recording(registry, request),
        prepare: (bytes, crop = {}) => thread.ask({ bytes, crop }),
      })
    } finally {
      importing = false
    }
  })

  scope.patch('/pictures/:id', async request => {
    const { id } = await named(request, registry)
    const picture = await registry.setPicture(id, await changeOf(request))
    record(request, 'picture changed', id)
    return toldOne(picture)
  })

  scope.delete('/pictures/:id', async (request, reply) => {
    const { id } = await named(request, registry)
    await registry.removePicture(id)
    record(request, 'picture removed', id)
    return reply.code(204).send()
  })
}

/** Writes down who did what to which picture. */
function record({ log, operator: { id, name } }: FastifyRequest, deed: string, picture: number): void {
  log.info({ operator: { id, name }, picture }, deed)
}

/**
 * The registry for an import, each of whose additions is written down when it has happened: also when a later
 * one fails.
 */
function recording(registry: PictureRegistry, request: FastifyRequest): ImportOptions['registry'] {
  return {
    pictures: () => registry.pictures(),
    async addPicture(picture, bytes) {
      const entry = await registry.addPicture(picture, bytes)
      record(request, 'picture added', entry.id)
      return entry
    },
  }
}

/**
 * The picture whose number stands in the address, written as we write it.
 * @throws CaptchaError `picture_unknown`
 */
async function named(request: FastifyRequest, registry: PictureRegistry): Promise<PictureEntry> {
  const { id: text } = request.params as { id: string }
  const found = (await registry.pictures()).find(({ id }) => String(id) === text)
  if (!found) throw new CaptchaError('picture_unknown')
  return found
}

/** The state that a query names, or undefined when it names none. @throws CaptchaError `bad_request` */
function stateOf(request: FastifyRequest, states: readonly PictureState[]): PictureState | undefined {
  const text = parameter(request, 'state')
  if (text === '') return undefined
  const state = states.find(each => each === text)
  if (!state) throw new CaptchaError('bad_request', `state must be one of ${states.join(', ')}`)
  return state
}

/** Defaults from the query of an import. */
function optionsOf(request: FastifyRequest): Pick<ImportOptions, 'state' | 'defaults'> {
  const given = DEFAULTS.map(name => [name, parameter(request, name)]).filter(([, text]) => text !== '')
  return { state: stateOf(request, ['serving', 'candidate']), defaults: Object.fromEntries(given) }
}

/**
 * The change that a body asks for; what each fact may be is for the registry to judge.
 * @throws CaptchaError `bad_request`
 */
async function changeOf(request: FastifyRequest): Promise<PictureChange> {
  const body = await bodyOf(request.raw, BODY_LIMIT)
  let change: unknown
  try {
    change = JSON.parse(body.toString())
  } catch (cause) {
    throw new CaptchaError('bad_request', 'the body is not JSON', { cause })
  }
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    throw new CaptchaError('bad_request', 'the body must be a JSON object')
  }
  if (!Object.keys(change).every(name => CHANGEABLE.includes(name))) {
    throw new CaptchaError('bad_request', `only ${CHANGEABLE.join(', ')} can be changed`)
  }
  return change
}

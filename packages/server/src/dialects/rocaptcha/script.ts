import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type BuiltFile, builtFile, type Files, sendSharedFile } from '../../http/files.ts'
import { literal } from './answer.ts'
import type { ScriptSettings } from './wire.ts'

/** The widget as it was built for a language. */
const scriptIn = (language: string) => `rocaptcha/rocaptcha.${language}.js`
/** Scripts kept, some 40 kB each: one for each key and language in use. */
const MAX_CACHED_SCRIPTS = 64

/** Serves the widget, with the settings of a page in its first line. */
export function createScript(files: Files) {
  const recent = new Map<string, BuiltFile>()

  const make = (line: string, script: Buffer): BuiltFile => {
    const bytes = Buffer.concat([Buffer.from(line), script])
    return builtFile('text/javascript; charset=utf-8', bytes, [{ encoding: 'gzip', bytes: gzipSync(bytes) }])
  }

  return (settings: ScriptSettings, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const name = scriptIn(settings.lang)
    const built = files.get(name)
    if (!built) return sendSharedFile(files, name, request, reply)
    const line = `globalThis.RoCaptchaSettings=${literal(settings)};\n`
    const file = recent.get(line) ?? make(line, built.bytes)
    recent.delete(line)
    recent.set(line, file)
    if (recent.size > MAX_CACHED_SCRIPTS) recent.delete(recent.keys().next().value!)
    return sendSharedFile(recent, line, request, reply)
  }
}

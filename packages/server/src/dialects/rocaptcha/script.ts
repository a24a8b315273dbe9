import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type BuiltFile, builtFile, type Files, sendSharedFile } from '../../http/files.ts'
import { literal } from './answer.ts'
import type { ScriptSettings } from './wire.ts'

/** The widget as it was built. */
const SCRIPT = 'rocaptcha/rocaptcha.js'
/** Scripts kept, some 60 kB each: one for each key and language in use. */
const MAX_CACHED_SCRIPTS = 64

/** Serves the widget, with the settings of a page in its first line. */
export function createScript(files: Files) {
  const recent = new Map<string, BuiltFile>()

  const make = (line: string, script: Buffer): BuiltFile => {
    const bytes = Buffer.concat([Buffer.from(line), script])
    return builtFile('text/javascript; charset=utf-8', bytes, [{ encoding: 'gzip', bytes: gzipSync(bytes) }])
  }

  return (settings: ScriptSettings, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const built = files.get(SCRIPT)
    if (!built) return sendSharedFile(files, SCRIPT, request, reply)
    const line = `globalThis.RoCaptchaSettings=${literal(settings)};\n`
    const file = recent.get(line) ?? make(line, built.bytes)
    recent.delete(line)
    recent.set(line, file)
    if (recent.size > MAX_CACHED_SCRIPTS) recent.delete(recent.keys().next().value!)
    return sendSharedFile(recent, line, request, reply)
  }
}

// The style of the prose, as part of `npm run check`: words to avoid, and the length of comments and of lines in docs.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { root } from './prepare.mjs'

/** Words to avoid, and what to write. They are private, archaic or mistaken for something else. */
const AVOIDED = [
  [/\bamiss\b/i, 'archaic: write "wrong"'],
  [/\banew\b/i, 'archaic: write "again", or begin the verb with "re"'],
  [/\b(?:mends?|mended|mending)\b/i, 'archaic: write "fix"'],
  [/\bwhoever\b/i, 'name who it is: a client, a visitor, an operator'],
  [/\b(?:knob|knobs)\b/i, 'write "parameter"'],
  [/\bpatience\b/i, 'write "timeout"'],
  [/\bwish(?:es)?\b/i, 'write "request" or "preference"'],
  [/\blies?\b/i, 'files and addresses do not lie: write "is in", "is at" or "is between"'],
  [/\b(?:told|tells) of\b/i, 'write "notified of", "reports" or "logs"'],
  [/\btold (?:apart|from)\b/i, 'write "distinguished"'],
  [/\bbec(?:a|o)mes? of\b/i, 'write "happens to", or name the result'],
  [/\b(?:put|puts) off\b/i, 'write "throttled" or "delayed"'],
  [/\bparted by\b/i, 'write "separated by"'],
  [/\baskew\b/i, 'write "tolerance" or "off by"'],
  [/\bthe house\b/i, 'a private word: write "the service"'],
  [/\bgone on with\b/i, 'write "propagated" or "continued"'],
]
const MAX_LENGTH = 110
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist', 'data', 'shared'])
/** Texts of others, and the list above. */
const SKIPPED_FILES = new Set(['LICENSE', 'NOTICES.md', 'packages/core/NOTICES.md', 'scripts/words.mjs'])
const SOURCES = new Set(['.ts', '.mjs', '.js', '.css', '.html', '.sh', '.yaml', '.conf'])

const filesIn = folder =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesIn(path)
    return SOURCES.has(extname(path)) || extname(path) === '.md' ? [path] : []
  })

/** Lines of a page that may be long: tables, code blocks, and what cannot be broken. */
function longLinesAllowed(lines) {
  let fenced = false
  return lines.map(line => {
    if (line.trimStart().startsWith('```')) fenced = !fenced
    return fenced || line.startsWith('|') || /^`[^`]*`[,;.]?$|https?:\/\/\S{40}/.test(line.trim())
  })
}
const isComment = line => /^\s*(?:\/\/|\/?\*)/.test(line) && !/https?:\/\//.test(line)

const found = filesIn(root).flatMap(path => {
  const name = relative(root, path)
  if (SKIPPED_FILES.has(name)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  const allowed = extname(path) === '.md' ? longLinesAllowed(lines) : lines.map(line => !isComment(line))
  return lines.flatMap((line, i) => [
    ...AVOIDED.filter(([word]) => word.test(line)).map(
      ([word, instead]) => `${name}:${i + 1}: "${word.exec(line)[0]}": ${instead}`,
    ),
    ...(line.length > MAX_LENGTH && !allowed[i]
      ? [`${name}:${i + 1}: ${line.length} characters: wrap at ${MAX_LENGTH}`]
      : []),
  ])
})
if (found.length > 0) {
  console.log(found.join('\n'))
  process.exitCode = 1
}

// `npm run check`: types, lint, format, unused code and words, side by side.
import { spawn } from 'node:child_process'
import { install, root } from './prepare.mjs'

install()
const checks = {
  types: ['node_modules/typescript/bin/tsc', '-b'],
  'lint and format': ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.'],
  'unused code': ['node_modules/knip/bin/knip.js'],
  'words and line lengths': ['scripts/words.mjs'],
}
const results = await Promise.all(
  Object.entries(checks).map(
    ([name, args]) =>
      new Promise(resolve => {
        const child = spawn(process.execPath, args, { cwd: root })
        let output = ''
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', chunk => {
            output += chunk
          })
        }
        child.on('close', code => resolve({ name, code, output }))
      }),
  ),
)
for (const { name, code, output } of results) {
  console.log(`${code === 0 ? '✓' : '✗'} ${name}`)
  if (code !== 0) console.log(output.trimEnd())
}
if (results.some(({ code }) => code !== 0)) process.exitCode = 1

#!/usr/bin/env node
// `upright`: in a clone built when it is not, anywhere else as it was installed.
import { existsSync } from 'node:fs'

const clone = new URL('../../../scripts/upright.mjs', import.meta.url)
await import(existsSync(clone) ? clone : '../dist/cli.js')

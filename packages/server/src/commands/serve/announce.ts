import { resolve } from 'node:path'
import { readVersion } from '../../version.ts'
import { columns, print } from '../print.ts'

/** The keys of the demo site, at the one start that made it. */
export interface DemoKeys {
  publicKey: string
  secret: string
}

/** Result of a start. */
export interface Started {
  /** Address of the service; undefined when it could not listen. */
  url: string | undefined
  /** Address of the metrics. @default none */
  metrics?: string | undefined
  /** The data folder. */
  data: string
  /** Whether there are pages for people. */
  pages: boolean
  demo: DemoKeys | undefined
  /** Whether to tell it as JSON. @default false */
  json: boolean | undefined
}

/** Prints the address of the service and, at the first start, with which keys to try it. */
export function announce({ url, metrics, data: folder, pages, demo, json }: Started): void {
  const data = resolve(folder)
  if (json) {
    print(JSON.stringify({ url: url ?? null, data, demo: demo ?? null, ...(metrics && { metrics }) }))
    return
  }
  const rows: [string, string][] = []
  if (url && pages) rows.push(['try it', `${url}/`], ['reference', `${url}/docs`])
  if (metrics) rows.push(['metrics', metrics])
  rows.push(['data', data])
  if (demo)
    rows.push(['demo public key', demo.publicKey], ['demo secret', `${demo.secret}  (shown this once)`])
  print(`Upright ${readVersion()}${url ? ` listens on ${url}` : ''}`)
  print(columns(rows.map(([name, value]) => [`  ${name}`, value])))
}

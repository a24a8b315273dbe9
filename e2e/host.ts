import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a site answers: a body with its type, or what a function makes of the request. */
export type Route =
  | { type: string; body: string | Buffer; headers?: Record<string, string> }
  | ((request: IncomingMessage, response: ServerResponse) => unknown)

/** A server of a test's own. */
export interface Listener {
  url: string
  stop(): Promise<void>
}

/** A site's own server, as small as they come. */
export interface Host extends Listener {
  /** Its routes by path, without the query; they may be changed. */
  routes: Record<string, Route>
}

/** Starts a server on a free port of an address of this machine. */
export async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  address = '127.0.0.1',
): Promise<Listener> {
  const server = createServer(handler).listen(0, address)
  await once(server, 'listening')
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Starts a site. */
export async function startHost(routes: Record<string, Route>, address?: string): Promise<Host> {
  const host = await serve((request, response) => {
    const route = routes[request.url!.split('?', 1)[0]!]
    if (route === undefined) response.writeHead(404).end()
    else if (typeof route === 'function') route(request, response)
    else response.writeHead(200, { 'content-type': route.type, ...route.headers }).end(route.body)
  }, address)
  return { ...host, routes }
}

/** A route that passes everything on to an address and adds a site's key, as back ends do. */
export const proxy =
  (address: string, key: string): Route =>
  async (request, response) => {
    const query = request.url!.slice(request.url!.indexOf('?'))
    const { range, accept = '*/*' } = request.headers
    const answer = await fetch(address + query, {
      headers: { keyid: key, accept, ...(range && { range }) },
    })
    const headers = ['content-type', 'content-range', 'accept-ranges', 'cache-control'].flatMap(name =>
      answer.headers.has(name) ? [[name, answer.headers.get(name)!]] : [],
    )
    response
      .writeHead(answer.status, Object.fromEntries(headers))
      .end(Buffer.from(await answer.arrayBuffer()))
  }

/** A route that judges what a page posts as JSON, as back ends do: by asking Upright. */
export const judge =
  (address: string, key: string): Route =>
  async (request, response) => {
    const body = await buffer(request)
    const answer = await fetch(address, { method: 'POST', headers: { keyid: key }, body })
    response.writeHead(200, { 'content-type': 'application/json' }).end(await answer.text())
  }

import { codeStyles, ERRORS } from '@upright/core'
import { commonAnswers, errorAnswer, json, type Operation, type Paths, type Schema } from './types.ts'

const page = (operationId: string, summary: string): Operation => ({
  tags: ['Pages'],
  summary,
  operationId,
  security: [],
  responses: {
    200: {
      description: 'The page.',
      content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } },
    },
    304: { description: 'The page is still what `If-None-Match` says it was.' },
    404: errorAnswer('not_found', 'The pages have not been built.'),
    414: errorAnswer('url_too_long'),
    431: errorAnswer('header_too_large'),
    500: errorAnswer('internal'),
  },
})

const checks: Schema = {
  type: 'object',
  required: ['disk', 'ledger', 'registry', 'secret'],
  properties: {
    disk: { type: 'boolean', description: 'The data folder is there, with 10 MiB free.' },
    ledger: { type: 'boolean', description: 'The ledger of spent challenges answers.' },
    registry: { type: 'boolean', description: 'The registry of sites answers.' },
    secret: { type: 'boolean', description: 'Another start would find the same master secret.' },
  },
}
const ready: Schema = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { type: 'string', enum: ['ready', 'degraded', 'unavailable', 'stopping'] },
    reason: {
      type: 'string',
      description: 'There while challenges are refused because the ledger lost what was spent.',
    },
    checks,
  },
}

const file = (example: string) => ({ schema: { type: 'string' }, example })
const asset = page('asset', 'A file that the pages need')
asset.responses[200] = {
  description: 'The file.',
  content: {
    'text/javascript': file('(()=>{…})();'),
    'text/css': file(':root{…}'),
    'image/svg+xml': file('<svg …/>'),
  },
}

/** The addresses of the service itself. */
export const ownPaths: Paths = {
  '/healthz': {
    get: {
      tags: ['Operation'],
      summary: 'Whether the process is alive',
      operationId: 'healthz',
      security: [],
      responses: {
        200: json(
          'It is.',
          { type: 'object', required: ['status'], properties: { status: { const: 'alive' } } },
          { status: 'alive' },
        ),
        414: errorAnswer('url_too_long'),
        431: errorAnswer('header_too_large'),
      },
    },
  },
  '/readyz': {
    get: {
      tags: ['Operation'],
      summary: 'Whether the service can do its work',
      operationId: 'readyz',
      security: [],
      responses: {
        200: json('It can; `degraded`: with less than all, as every node.', ready, {
          status: 'ready',
          checks: { disk: true, ledger: true, registry: true, secret: true },
        }),
        414: errorAnswer('url_too_long'),
        431: errorAnswer('header_too_large'),
        503: json('A part of this node is down, or it was asked to stop.', ready, {
          status: 'unavailable',
          checks: { disk: true, ledger: false, registry: true, secret: true },
        }),
      },
    },
  },
  '/openapi.json': {
    get: {
      tags: ['Operation'],
      summary: 'This document',
      operationId: 'openapi',
      security: [],
      responses: {
        200: json('OpenAPI 3.1.', { type: 'object' }, { openapi: '3.1.0' }),
        414: errorAnswer('url_too_long'),
        431: errorAnswer('header_too_large'),
      },
    },
  },
  '/': { get: page('home', 'A page to try every style') },
  '/docs': { get: page('docs', 'This reference as a page') },
  '/assets/{path}': {
    get: {
      ...asset,
      parameters: [
        {
          name: 'path',
          in: 'path',
          required: true,
          description: 'Path of the file.',
          schema: { type: 'string' },
          example: 'demo.js',
        },
      ],
    },
  },
  '/favicon.ico': {
    get: {
      ...page('favicon', 'The icon of the pages'),
      responses: {
        ...page('favicon', '').responses,
        200: { description: 'The icon.', content: { 'image/svg+xml': file('<svg …/>') } },
      },
    },
  },
  '/demo.json': {
    get: {
      tags: ['Pages'],
      summary: 'The demo site and every style',
      operationId: 'demo',
      security: [],
      responses: {
        200: json(
          'What the demo page needs to know.',
          { $ref: '#/components/schemas/Demo' },
          {
            publicKey: '0123456789abcdef0123456789abcd',
            version: '0.1.0',
            styles: [
              { name: 'captchaFR', language: 'fr', characters: 'both', length: [6, 8], level: 'standard' },
            ],
          },
        ),
        404: errorAnswer('not_found', 'The demo site was removed.'),
        ...commonAnswers(errorAnswer),
      },
    },
  },
}

/** The shapes they speak of. */
export const ownSchemas: Record<string, Schema> = {
  Error: {
    type: 'object',
    required: ['error', 'message'],
    properties: {
      error: { type: 'string', enum: Object.keys(ERRORS), description: 'A code of the error table.' },
      message: { type: 'string', description: 'What is wrong, for the operator.' },
    },
  },
  StyleName: { type: 'string', enum: codeStyles.map(({ name }) => name), description: 'Letter case counts.' },
  Demo: {
    type: 'object',
    required: ['publicKey', 'version', 'styles'],
    properties: {
      publicKey: { type: 'string', pattern: '^[0-9a-f]{30}$' },
      version: { type: 'string' },
      styles: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'language', 'characters', 'length', 'level'],
          properties: {
            name: { $ref: '#/components/schemas/StyleName' },
            language: { type: 'string', enum: ['fr', 'en'] },
            characters: { type: 'string', enum: ['digits', 'letters', 'both'] },
            length: { type: 'array', items: { type: 'integer' }, description: 'Shortest and longest code.' },
            level: { type: 'string', enum: ['standard', 'light'] },
          },
        },
      },
    },
  },
}

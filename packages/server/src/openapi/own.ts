import { codeStyles, ERRORS } from '@upright/core'
import { type DocumentPart, errorAnswer, json, type Paths, type Schema } from './types.ts'

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

const paths: Paths = {
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
}

const schemas: Record<string, Schema> = {
  Error: {
    type: 'object',
    required: ['error', 'message'],
    properties: {
      error: { type: 'string', enum: Object.keys(ERRORS), description: 'A code of the error table.' },
      message: { type: 'string', description: 'What is wrong, for the operator.' },
    },
  },
  StyleName: { type: 'string', enum: codeStyles.map(({ name }) => name), description: 'Letter case counts.' },
}

/** The addresses of the service itself, and the shapes that every part uses. */
export const ownDocument: DocumentPart = {
  tags: [{ name: 'Operation', description: 'For those who run the service.' }],
  paths,
  schemas,
}

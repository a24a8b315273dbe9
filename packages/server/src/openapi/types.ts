import { ERRORS, type ErrorCode } from '@upright/core'

/** As much of OpenAPI 3.1 as we write. */
export interface Schema {
  type?: string | readonly string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: readonly unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maxLength?: number
  default?: unknown
  $ref?: string
}

interface MediaType {
  schema?: Schema
  example?: unknown
  examples?: Record<string, { summary?: string; value: unknown }>
}

interface Header {
  description?: string
  schema: Schema
  example?: unknown
}

export interface Answer {
  description: string
  headers?: Record<string, Header>
  content?: Record<string, MediaType>
}

export interface Parameter {
  name: string
  in: 'query' | 'path' | 'header'
  required?: boolean
  description: string
  schema: Schema
  example?: unknown
}

export interface Operation {
  tags: string[]
  summary: string
  description?: string
  operationId: string
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; description?: string; content: Record<string, MediaType> }
  responses: Record<string, Answer>
}

export type Paths = Record<
  string,
  Partial<Record<'get' | 'post' | 'patch' | 'delete' | 'options', Operation>>
>

/** One dialect's part of the document. */
export interface DocumentPart {
  tags: { name: string; description: string }[]
  paths: Paths
  schemas: Record<string, Schema>
  securitySchemes?: Record<string, unknown>
}

/** Several parts as one; where two have the same name, the later one counts. */
export function joinDocuments(parts: readonly DocumentPart[]): Required<DocumentPart> {
  const merged = <Key extends 'paths' | 'schemas' | 'securitySchemes'>(key: Key) =>
    Object.assign({}, ...parts.map(part => part[key])) as Required<DocumentPart>[Key]
  return {
    tags: parts.flatMap(({ tags }) => tags),
    paths: merged('paths'),
    schemas: merged('schemas'),
    securitySchemes: merged('securitySchemes'),
  }
}

/** An error of the table as our own addresses tell it. */
export const errorAnswer = (code: ErrorCode, description: string = ERRORS[code].message): Answer => ({
  description,
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/Error' },
      example: { error: code, message: ERRORS[code].message },
    },
  },
})

/** That a site's quota is used up, or a visitor's rate. */
export const quotaAnswer: Answer = {
  ...errorAnswer('quota_exceeded'),
  description: `${ERRORS.quota_exceeded.message} Or: ${ERRORS.rate_limited.message}`,
  headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' }, example: 30 } },
}

/** An answer in JSON, with its shape and an example. */
export const json = (description: string, schema: Schema, example: unknown): Answer => ({
  description,
  content: { 'application/json': { schema, example } },
})

/** Answers of every address besides its own: limits of requests, and internal errors. */
export const commonAnswers = (answer: (code: ErrorCode) => Answer): Record<string, Answer> => ({
  414: answer('url_too_long'),
  431: answer('header_too_large'),
  500: answer('internal'),
  503: answer('unavailable'),
})

/** Answers of the address of a built file besides the file; `missing` says why there is none. */
export const fileAnswers = (missing: string, noun = 'file'): Record<string, Answer> => ({
  304: { description: `The ${noun} is still what \`If-None-Match\` says it was.` },
  404: errorAnswer('not_found', missing),
  414: errorAnswer('url_too_long'),
  431: errorAnswer('header_too_large'),
  500: errorAnswer('internal'),
})

import {
  commonAnswers,
  type DocumentPart,
  errorAnswer,
  fileAnswers,
  json,
  type Operation,
  type Paths,
} from './types.ts'

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
    ...fileAnswers('The pages have not been built.', 'page'),
  },
})

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

const paths: Paths = {
  '/': { get: page('home', 'A page to try the element') },
  '/demo': { get: page('demoPage', 'A page to try the other dialects') },
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

/** The addresses of the pages, which are not there where the demo is switched off. */
export const pagesDocument: DocumentPart = {
  tags: [{ name: 'Pages', description: 'For people.' }],
  paths,
  schemas: {
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
              length: {
                type: 'array',
                items: { type: 'integer' },
                description: 'Shortest and longest code.',
              },
              level: { type: 'string', enum: ['standard', 'light'] },
            },
          },
        },
      },
    },
  },
}

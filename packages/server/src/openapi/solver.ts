import { type DocumentPart, fileAnswers, type Operation } from './types.ts'

const file = (operationId: string, summary: string, type: string, example: string): { get: Operation } => ({
  get: {
    tags: ['Solver'],
    summary,
    operationId,
    security: [],
    responses: {
      200: { description: 'The file.', content: { [type]: { schema: { type: 'string' }, example } } },
      ...fileAnswers('The solver has not been built.'),
    },
  },
})
const script = (operationId: string, summary: string) =>
  file(operationId, summary, 'text/javascript', '(()=>{…})();')

/** The addresses of what solves work in browsers. */
export const solverDocument: DocumentPart = {
  tags: [{ name: 'Solver', description: 'What pages solve work with.' }],
  paths: {
    '/upright/v1/solver': file(
      'solver',
      'The hidden frame in which pages of other origins solve work',
      'text/html',
      '<!doctype html>…',
    ),
    '/upright/v1/solver-frame.js': script('solverFrame', 'The script of that frame'),
    '/upright/v1/solver-worker.js': script('solverWorker', 'The worker that solves SHA-256 and PBKDF2'),
    '/upright/v1/solver-scrypt.js': script('solverScrypt', 'The worker that solves scrypt'),
  },
  schemas: {},
}

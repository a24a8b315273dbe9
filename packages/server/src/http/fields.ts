/**
 * The fields of a body, form-encoded or a JSON object: which of the two is seen from the text. What is
 * missing is empty.
 */
export function readFields(body: unknown): (name: string) => string {
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '').trim() : ''
  if (!text.startsWith('{')) {
    const form = new URLSearchParams(text)
    return name => form.get(name) ?? ''
  }
  const record = readObject(text)
  return name => {
    const value = Object.hasOwn(record, name) ? record[name] : ''
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
}

function readObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

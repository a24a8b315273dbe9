const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** A text as it stands in HTML, also between double quotation marks. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, sign => ESCAPES[sign]!)

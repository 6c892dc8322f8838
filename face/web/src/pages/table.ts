// Columns of a table and its CSV.

export type Column<R> = {
  name: string
  text: (r: R) => string
  ltr?: boolean // a number, post or time: isolated
  num?: boolean // aligned at its end
  tone?: (r: R) => string // a class of the cell
}

const isolates = /[\u2066-\u2069]/g

function field(s: string): string {
  // A leading = + - or @ would be run as a formula by a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(s) ? "'" + s : s
  return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe
}

/** Rows as CSV (RFC 4180) with a first line that carries the mark, if there is one. */
export function csv<R>(columns: Column<R>[], rows: R[], mark: string): string {
  const lines = mark ? [field(mark)] : []
  lines.push(columns.map((c) => field(c.name)).join(','))
  for (const r of rows) lines.push(columns.map((c) => field(c.text(r).replace(isolates, ''))).join(','))
  return lines.join('\r\n') + '\r\n'
}

/** Lays figures out in columns. */

/** Of a share; a dash where there is none. */
export function percent(value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : `${(100 * value).toFixed(1)} %`
}

/** Columns under their names, the first to the left, numbers to the right. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [columns, ...rows].map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd())
}

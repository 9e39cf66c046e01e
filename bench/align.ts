import { styleText } from 'node:util';

/** Rows of a table under a bold head: names to the left, figures to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  const [head, ...body] = rows.map((row) => row.map(cell).join('  ').trimEnd());
  return [styleText('bold', head ?? ''), ...body].join('\n');
}

/** A figure as people read it; a dash where it could not be measured. */
export function show(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
}

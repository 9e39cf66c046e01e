/** `publishedDateTime` as `published_date_time`: a field's name as a column's. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

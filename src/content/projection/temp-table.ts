/** A table for the rest of the script, with the statistics that its joins need. */
export function temp(name: string, select: string): string {
  return `create temp table ${name} on commit drop as ${select};\nanalyze ${name}`;
}

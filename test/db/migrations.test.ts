import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import * as content from '../../src/db/content.tables.ts';
import { rowsOf } from '../../src/db/database.ts';
import { countMissingMigrations, migrate } from '../../src/db/migrate.ts';
import { previewTables, publishedTables } from '../../src/db/tables.ts';
import { engines, type TestDatabase } from '../harness/engines.ts';

const tables = [
  ...Object.values(publishedTables),
  ...Object.values(previewTables),
  ...Object.values(content),
] as PgTable[];

/** `schema.table.column type not null`, for every column. */
function declaredColumns(): string[] {
  return tables
    .flatMap((table) => {
      const { schema, name, columns } = getTableConfig(table);
      return columns.map((column) => {
        const type = column.getSQLType().replace('timestamp (3) with time zone', 'timestamp(3) with time zone');
        return `${schema}.${name}.${toSnakeCase(column.name)} ${type}${column.notNull || column.primary ? ' not null' : ''}`;
      });
    })
    .sort();
}

function declaredIndexes(): string[] {
  return tables
    .flatMap((table) => {
      const { schema, name, indexes } = getTableConfig(table);
      return indexes.map(({ config }) => {
        const columns = config.columns.map((column) => toSnakeCase('name' in column ? String(column.name) : ''));
        const kind = config.method === 'gin' ? 'gin' : 'btree';
        return `${schema}.${name} ${config.name} ${kind} (${columns.join(', ')})${config.where ? ' partial' : ''}`;
      });
    })
    .sort();
}

describe.each(engines)('migrations on %s', (_name, open) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await open({ migrated: false });
  });

  afterAll(() => database.close());

  test('are missing from a new database, and after migrating no more', async () => {
    expect(await countMissingMigrations(database)).toBeGreaterThan(0);
    expect(await migrate(database)).toBeGreaterThan(0);
    expect(await countMissingMigrations(database)).toBe(0);
    expect(await migrate(database)).toBe(0);
  });

  test('make the very columns that the code declares', async () => {
    const rows = await rowsOf<{ line: string }>(
      database.drizzle,
      sql`select format('%s.%s.%s %s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
            || case when a.attnotnull then ' not null' else '' end as line
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          where n.nspname in ('published', 'preview', 'content') and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
    );
    expect(rows.map((row) => row.line).sort()).toEqual(declaredColumns());
  });

  test('make the very indexes that the code declares', async () => {
    const rows = await rowsOf<{ line: string }>(
      database.drizzle,
      sql`select format('%s.%s %s %s (%s)%s', schemaname, tablename, indexname, substring(indexdef from 'USING (\\w+)'),
            replace(substring(indexdef from '\\(([^)]*)\\)'), ' gin_trgm_ops', ''),
            case when indexdef like '% WHERE %' then ' partial' else '' end) as line
          from pg_indexes where schemaname in ('published', 'preview', 'content') and indexname not like '%_pkey'`,
    );
    expect(rows.map((row) => row.line).sort()).toEqual(declaredIndexes());
  });
});

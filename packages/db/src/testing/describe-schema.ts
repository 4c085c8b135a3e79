import type pg from 'pg';

const QUERIES: readonly string[] = [
  `select format('enum %s: %s', t.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder)) as line
   from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname`,
  `select format('extension %s', extname) as line from pg_extension where extname <> 'plpgsql'`,
  `select format('%s  column %s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                 case when a.attnotnull then ' not null' else '' end,
                 coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
   from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace`,
  `select format('%s  constraint %s %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as line
   from pg_constraint k join pg_class c on c.oid = k.conrelid
   where k.connamespace = 'public'::regnamespace and k.contype <> 'n'`,
  `select format('%s  index %s', tablename, indexdef) as line from pg_indexes where schemaname = 'public'`,
  `select format('%s  policy %s %s using %s check %s', tablename, policyname, cmd, qual, with_check) as line
   from pg_policies where schemaname = 'public'`,
  `select format('%s  trigger %s', tgrelid::regclass, pg_get_triggerdef(oid)) as line from pg_trigger where not tgisinternal`,
  `select format('function %s', pg_get_functiondef(oid)) as line from pg_proc
   where pronamespace = 'public'::regnamespace and proname like 'stockpot%'`,
  `select format('%s  row level security', relname) as line from pg_class
   where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity`,
  `select format('%s  granted to stockpot_app: %s', table_name, string_agg(privilege_type, ', ' order by privilege_type)) as line
   from information_schema.role_table_grants where grantee = 'stockpot_app' and table_schema = 'public' group by table_name`,
];

/** The schema as sorted lines, made from the catalog: what the migrations came to, whoever wrote them. */
export async function describeSchema(client: pg.Pool): Promise<string> {
  const lines: string[] = [];
  for (const query of QUERIES) {
    const result = await client.query<{ line: string }>(query);
    for (const { line } of result.rows) lines.push(line.replaceAll(/\s+/g, ' '));
  }
  return `${lines.sort().join('\n')}\n`;
}

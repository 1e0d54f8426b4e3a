import { query } from './postgres.js';

/** What belongs to no extension, in every schema of ours. */
const OURS = `
  not exists (select from pg_depend d where d.objid = o.oid and d.deptype = 'e')
  and o.namespace in ('public'::regnamespace)`;

const CATALOGUE = `
select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') as line from pg_namespace where nspname = 'public'
union all
select format('%s %s rls=%s/%s options=%s acl=%s', relkind, relname, relrowsecurity, relforcerowsecurity, reloptions,
              (select array_agg(a::text order by a::text) from unnest(relacl) a))
  from (select *, relnamespace as namespace from pg_class where relkind in ('r', 'S', 'v', 'p')) o where ${OURS}
union all
select format('column %s.%s %s not null=%s default=%s acl=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
              (select array_agg(x::text order by x::text) from unnest(a.attacl) x))
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped
union all
select format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
  from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0
union all
select pg_get_indexdef(indexrelid) from pg_index
  join pg_class c on c.oid = indexrelid where c.relnamespace = 'public'::regnamespace
union all
select format('policy %s on %s for %s to %s using %s check %s', polname, polrelid::regclass, polcmd, polroles::regrole[],
              pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy
union all
select pg_get_functiondef(o.oid) from (select *, pronamespace as namespace from pg_proc) o where ${OURS}
union all
select format('type %s', typname) from (select *, typnamespace as namespace from pg_type where typtype in ('e', 'd')) o where ${OURS}
union all
select format('trigger %s: %s', tgname, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal
union all
select format('comment on %s %s: %s', objoid::regclass, a.attname, description)
  from pg_description
  left join pg_attribute a on a.attrelid = objoid and a.attnum = objsubid
 where classoid = 'pg_class'::regclass
   and objoid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
order by 1`;

/** Everything a migration can leave in a database, one line each; the migration table itself left out. */
export async function catalogueOf(url: string): Promise<readonly string[]> {
  const rows = await query<{ line: string }>(url, CATALOGUE);
  return rows.map((row) => row.line).filter((line) => !/\bmigration(_id_seq)?\b/.test(line));
}

/**
 * Ids of the syncs that fit a selection, in order; and those asked for by their id that the client does not have,
 * so that whoever named them hears of it. Each side ends early, however many syncs there are.
 *
 * Parameters: client id, after, limit, then each null where it does not matter: sync ids, connection ids, company
 * ids, platform, tags as JSON.
 */
export const matchingSyncs = `
(select s.id
   from sync s
   join connection c on c.client_id = s.client_id and c.id = s.connection_id
   join company k on k.client_id = s.client_id and k.id = s.company_id
  where s.client_id = $1
    and ($2::text is null or s.id > $2)
    and ($4::text[] is null or s.id = any ($4))
    and ($5::text[] is null or s.connection_id = any ($5))
    and ($6::text[] is null or s.company_id = any ($6))
    and ($7::text is null or c.platform = $7)
    and ($8::jsonb is null or k.tags @> $8)
  order by s.id limit $3)
union all
(select named.id
   from unnest($4::text[]) as named (id)
  where ($2::text is null or named.id > $2)
    and not exists (select from sync s where s.client_id = $1 and s.id = named.id)
  order by named.id limit $3)
order by 1 limit $3`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the set-up page needs: sessions found by their secrets, who edited a sync, and the client's own texts. */
export class SyncFlowServer1763769600019 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
-- A table of years takes longer than a statement of the product may.
set local statement_timeout = 0;

-- The default is for processes of the release before, which may go on for a while. Forced, row-level security would hide
-- every session from the owner as well.
alter table flow_session add column ttl_seconds integer not null default 1800, no force row level security;
update flow_session
   set ttl_seconds = least(14400, greatest(300, round(extract(epoch from expires_at - created_at))));
alter table flow_session force row level security,
  add constraint session_lives_minutes_to_hours check (ttl_seconds between 300 and 14400);
comment on column flow_session.ttl_seconds is 'How long the token lives from each use, until last_possible_at.';
-- The hosted page knows the id alone, and the guard the token alone: both ask before the client is known.
create index flow_sessions_by_id on flow_session (id);
create policy operator_reads_sessions on flow_session for select to meridian_operator using (true);
grant select on flow_session to meridian_operator;

create table sync_edit (
  client_id text not null,
  id        text not null,
  sync_id   text not null,
  kind      text not null,
  edited_by jsonb not null,
  changes   jsonb not null,
  edited_at timestamptz(3) not null,
  primary key (client_id, id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  constraint edit_kind_is_known check (kind in ('created', 'changed')),
  constraint edit_changes_something check (jsonb_typeof(changes) = 'array' and jsonb_array_length(changes) > 0)
);
comment on table sync_edit is 'Who changed what of a sync: an API key, or a merchant on the set-up page.';
create index edits_of_a_sync on sync_edit (client_id, sync_id, id desc);

create table flow_text (
  client_id text not null references client (id) on delete cascade,
  locale    text not null,
  key       text not null,
  text      text not null,
  primary key (client_id, locale, key),
  constraint flow_text_is_short check (char_length(text) <= 300)
);
comment on column flow_text.text is 'Shown in the place of Meridian''s own; the empty text shows nothing.';

do $$
declare table_name text;
begin
  foreach table_name in array array['sync_edit', 'flow_text'] loop
    execute format('alter table %I enable row level security, force row level security', table_name);
    execute format('create policy rows_of_the_client on %I to meridian_app
                      using (client_id = current_client_id()) with check (client_id = current_client_id())', table_name);
    execute format('grant select, insert, update, delete on %I to meridian_app', table_name);
  end loop;
end $$;
`;

const down = `
drop table flow_text, sync_edit;
revoke select on flow_session from meridian_operator;
drop policy operator_reads_sessions on flow_session;
drop index flow_sessions_by_id;
alter table flow_session drop constraint session_lives_minutes_to_hours, drop column ttl_seconds;
`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an audit has seen, deletions that wait for approval, and changes that wait for the next run. */
export class Audits1763769600009 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(up);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(down);
  }
}

const up = `
create table audit_snapshot (
  client_id  text not null,
  id         text not null,
  sync_id    text not null,
  model      text not null,
  started_at timestamptz(3) not null,
  primary key (client_id, id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade
);
comment on table audit_snapshot is 'One reading of a whole model, from the first page to the last, over all attempts.';
comment on column audit_snapshot.started_at is 'Before its first page was asked for: what changed since is no business of this snapshot.';
create index snapshots_of_a_sync on audit_snapshot (client_id, sync_id, model);

create table audit_page (
  client_id   text not null,
  snapshot_id text not null,
  page_no     integer not null,
  ids         text[] not null,
  primary key (client_id, snapshot_id, page_no),
  foreign key (client_id, snapshot_id) references audit_snapshot (client_id, id) on delete cascade
);
comment on column audit_page.ids is 'The ids that were read. A row a page, not a row a record: a tenth of the work and of the room.';

create table held_deletion (
  client_id     text not null,
  connection_id text not null,
  model         text not null,
  snapshot_id   text not null,
  sync_id       text not null,
  run_id        text not null,
  missing       integer not null,
  live          integer not null,
  sample        text[] not null,
  held_at       timestamptz(3) not null,
  primary key (client_id, connection_id, model),
  foreign key (client_id, connection_id) references connection (client_id, id) on delete cascade,
  foreign key (client_id, snapshot_id) references audit_snapshot (client_id, id) on delete cascade,
  constraint something_is_held check (missing > 0),
  constraint no_more_held_than_live check (missing <= live)
);
comment on table held_deletion is 'Too many records were missing to delete them unasked. The snapshot stays until somebody decides, or another one is complete.';
comment on column held_deletion.live is 'Records of the model that were not deleted, the missing ones included.';
create index held_deletions_by_snapshot on held_deletion (client_id, snapshot_id);

create table pending_change (
  client_id         text not null,
  sync_id           text not null,
  model             text not null,
  record_id         text not null,
  place             bigint not null,
  is_deletion       boolean not null default false,
  is_forced         boolean not null default false,
  data              jsonb,
  content_hash      bytea,
  source_updated_at timestamptz(3),
  source_created_at timestamptz(3),
  noted_at          timestamptz(3) not null,
  primary key (client_id, sync_id, model, record_id),
  foreign key (client_id, sync_id) references sync (client_id, id) on delete cascade,
  constraint a_change_has_data_or_deletes check (is_deletion = (data is null))
);
comment on table pending_change is 'Changes that were read, and that a run left for the next because of the sync’s changesPerRun.';
comment on column pending_change.place is 'Order in which they are announced. A newer version of a record takes the place of the one that waits.';
comment on column pending_change.noted_at is 'When it was read, or found missing. A record that was stored later has overtaken it.';
create unique index pending_changes_in_order on pending_change (client_id collate "C", sync_id collate "C", place);

do $$
declare table_name text;
begin
  foreach table_name in array array['audit_snapshot', 'audit_page', 'held_deletion', 'pending_change'] loop
    execute format('alter table %I enable row level security, force row level security', table_name);
    execute format('create policy rows_of_the_client on %I to meridian_app
                      using (client_id = current_client_id()) with check (client_id = current_client_id())', table_name);
    execute format('grant select, insert, update, delete on %I to meridian_app', table_name);
  end loop;
end $$;
`;

const down = `
drop table pending_change, held_deletion, audit_page, audit_snapshot;
`;

create schema jobs;

-- What long work says about itself while it runs, and how it ended; one row a job.
create table jobs.progress (
  job_key text primary key,
  task text not null,
  entity_id text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  -- Counts and words only; no personal data.
  progress jsonb not null default '{}',
  error text,
  asked_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

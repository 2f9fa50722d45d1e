-- Layers of products, every version as it was approved, byte for byte. What is only proposed lies in `change.proposal`.
create schema product;
grant usage on schema product to qianmo_app;

create table product.layer_version (
  entity_id      text not null,
  code           text not null,
  version        integer not null check (version > 0),
  layer          text not null check (layer in ('base', 'product', 'programme')),
  parent         text,
  content        text not null,
  hash           text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- From here on the version counts: the day it states, or the day of its approval when that came later. Nothing is changed backwards.
  effective_from date not null,
  effective_to   date,
  approved_at    timestamptz not null,
  approved_by    text not null,
  proposed_by    text not null,
  primary key (entity_id, code, version),
  check ((layer = 'base') = (parent is null)),
  check (effective_to is null or effective_to > effective_from)
);
create index layer_version_parent on product.layer_version (entity_id, parent);
call organization.protect('product.layer_version', null);
grant select on product.layer_version to qianmo_app;

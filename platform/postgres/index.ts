export { appRole, openDatabase, withOwner, withSession } from './database.ts';
export type { Database, Session, Tables, Tx } from './database.ts';
export { copyFrom } from './copy.ts';
export { listMigrations, migrate } from './migrate.ts';
export type { Migration } from './migrate.ts';
export { useEmbeddedPostgres } from './embedded.ts';
export type { EmbeddedPostgres } from './embedded.ts';
export { createTestDatabase } from './testing.ts';
export type { TestDatabase } from './testing.ts';

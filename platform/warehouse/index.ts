export { openWarehouse } from './warehouse.ts';
export type { Warehouse, WarehouseOptions, WarehouseSession } from './warehouse.ts';
export { manifestText, openLake, stateFiles, stateQuery, sweepLake } from './lake.ts';
export type { Lake, LakeFile, LakeSource, Manifest } from './lake.ts';
export { writeParquet } from './parquet.ts';
export { listLiteral, nameLiteral, textLiteral } from './text.ts';

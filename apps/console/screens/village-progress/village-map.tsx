import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MapVillage, ProgressMap, Stage } from '#modules/village/contract.ts';
import { useProgressMap } from '../../api/progress.ts';
import { count, percentOne } from '../../format.ts';
import { Section } from '../../parts/page.tsx';
import { Empty, Stale, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { drawingOf, type Drawing, type Site } from './cells.ts';
import { colourOf, points, stageOrder } from './words.ts';

interface Shown {
  readonly map: ProgressMap;
  readonly onOpen: (code: string) => void;
}

/** Villages where they lie, coloured by how far they have come; the same as a table one click away. */
export function VillageMap({ project, grid, onOpen }: { project: string; grid: string | undefined; onOpen: (code: string) => void }) {
  const { t } = useTranslation();
  const map = useProgressMap(project, grid);
  const [asTable, setAsTable] = useState(false);
  const title = map.data === undefined ? t('progress.map.legend') : titleOf(t, map.data.villages);
  const turn = (
    <span className="turns">
      <button type="button" className={asTable ? 'link' : 'link on'} aria-pressed={!asTable} onClick={() => setAsTable(false)}>
        {t('progress.map.asMap')}
      </button>
      <button type="button" className={asTable ? 'link on' : 'link'} aria-pressed={asTable} onClick={() => setAsTable(true)}>
        {t('progress.map.asTable')}
      </button>
    </span>
  );
  return (
    <Section title={title} note={t('progress.map.rule')} right={turn} className="map-sec">
      {map.data === undefined ? <Unread of={map} what="map" inside /> : <Stale of={map} what="map" />}
      {map.data !== undefined && (asTable ? <VillageTable map={map.data} onOpen={onOpen} /> : <Picture map={map.data} onOpen={onOpen} />)}
    </Section>
  );
}

const taking = (villages: readonly MapVillage[]): (MapVillage & { progress: NonNullable<MapVillage['progress']> })[] =>
  villages.flatMap((village) => (village.progress === null ? [] : [{ ...village, progress: village.progress }]));

function titleOf(t: TFunction, villages: readonly MapVillage[]): string {
  const all = taking(villages);
  const evaluated = stageOrder.indexOf('evaluated');
  const notBegun = all.filter(({ progress }) => progress.households[evaluated] === 0).length;
  if (notBegun > 0) return t('progress.map.notBegun', { count: notBegun });
  const granted = stageOrder.indexOf('granted');
  return t('progress.map.half', { count: all.filter(({ progress }) => stageOrder.indexOf(progress.stage) >= granted).length });
}

const isPlaced = (village: MapVillage): village is MapVillage & Site => village.longitude !== null && village.latitude !== null;

function Picture({ map, onOpen }: Shown) {
  const { t } = useTranslation();
  const [only, setOnly] = useState<Stage | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const sites = useMemo(() => map.villages.filter(isPlaced), [map]);
  const drawing = useMemo(() => drawingOf(sites), [sites]);
  const unplaced = taking(map.villages).filter((village) => !isPlaced(village)).length;
  if (sites.length === 0) return <Empty inside title={t('progress.map.noPlaces')} />;
  const village = map.villages.find(({ code }) => code === picked);
  return (
    <div className="mapw">
      <div className="side">
        <Legend villages={map.villages} only={only} onOnly={setOnly} />
        <Line village={village} map={map} onOpen={onOpen} />
        <span className="gis">
          {unplaced > 0 && `${t('progress.map.unplaced', { count: unplaced })} · `}
          {t('progress.map.notice')}
        </span>
      </div>
      <Cells drawing={drawing} map={map} only={only} picked={picked} onPick={setPicked} onOpen={onOpen} />
    </div>
  );
}

interface Drawn extends Shown {
  readonly drawing: Drawing;
  readonly only: Stage | null;
  readonly picked: string | null;
  readonly onPick: (code: string) => void;
}

/** Hovering shows a village's line; a click goes down to it. By the keyboard the table does the same. */
function Cells({ drawing, map, only, picked, onPick, onOpen }: Drawn) {
  const { t } = useTranslation();
  const byCode = new Map(map.villages.map((village) => [village.code, village]));
  const names = new Map(map.townships.map(({ code, name }) => [code, name]));
  const chosen = drawing.cells.find(({ code }) => code === picked);
  return (
    <svg
      className="map"
      viewBox={`0 0 ${drawing.width.toFixed(0)} ${drawing.height.toFixed(0)}`}
      role="img"
      aria-label={t('progress.map.label')}
    >
      {drawing.cells.map(({ code, outline }) => {
        const village = byCode.get(code);
        const stage = village?.progress?.stage ?? null;
        const isFaint = stage === null || (only !== null && only !== stage);
        return (
          <path
            key={code}
            d={outline}
            className={isFaint ? 'faint' : undefined}
            style={{ fill: isFaint ? 'var(--qm-stage-0-none)' : colourOf(stage) }}
            onMouseEnter={() => onPick(code)}
            onClick={() => (picked === code && stage !== null ? onOpen(code) : onPick(code))}
          >
            <title>{village?.name ?? code}</title>
          </path>
        );
      })}
      <path d={drawing.borders} className="tw" />
      {chosen !== undefined && <path d={chosen.outline} className="pick" />}
      {drawing.townships.map(({ code, x, y }) => (
        <text key={code} x={x.toFixed(0)} y={y.toFixed(0)} className="tn">
          {names.get(code) ?? code}
        </text>
      ))}
    </svg>
  );
}

/** How many villages stand at each stage; a stage chosen leaves only its villages coloured. */
function Legend({
  villages,
  only,
  onOnly,
}: {
  villages: readonly MapVillage[];
  only: Stage | null;
  onOnly: (stage: Stage | null) => void;
}) {
  const { t } = useTranslation();
  const counts = new Map<Stage, number>();
  for (const { progress } of taking(villages)) counts.set(progress.stage, (counts.get(progress.stage) ?? 0) + 1);
  const most = Math.max(1, ...counts.values());
  return (
    <ul className="lg" aria-label={t('progress.map.legend')}>
      <li className="cap">{t('progress.map.legend')}</li>
      {stageOrder.toReversed().map((stage) => {
        const of = counts.get(stage) ?? 0;
        return (
          <li key={stage}>
            <button type="button" aria-pressed={only === stage} onClick={() => onOnly(only === stage ? null : stage)}>
              <i style={{ background: colourOf(stage) }} />
              <span>{t(`progress.stage.${stage}`)}</span>
              <span className="track" aria-hidden="true">
                <i style={{ width: `${(of / most) * 100}%`, background: colourOf(stage) }} />
              </span>
              <span className="num">{count(of)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** One village in words. */
function Line({ village, map, onOpen }: Shown & { village: MapVillage | undefined }) {
  const { t } = useTranslation();
  if (village === undefined) return <p className="pop t3">{t('progress.map.hint')}</p>;
  const township = map.townships.find(({ code }) => code === village.township)?.name ?? '';
  const { progress } = village;
  if (progress === null) {
    return (
      <div className="pop">
        <b>{`${township} ${village.name}`}</b>
        <p className="t3">{t('progress.map.outside')}</p>
      </div>
    );
  }
  return (
    <div className="pop">
      <button type="button" className="link" onClick={() => onOpen(village.code)}>
        <b>{`${township} ${village.name}`}</b>
      </button>{' '}
      <span className="t3">{t('progress.map.rank', { rank: progress.rank })}</span>
      <dl>
        <dt>{t('progress.stage.granted')}</dt>
        <dd className="num">{percentOne(progress.granted_ppm)} %</dd>
        <dd className="t2">{t('progress.map.grown', { change: points(progress.week_change_ppm) })}</dd>
        <dt>{t('progress.map.waiting')}</dt>
        <dd className="num">{count(waitingOf(progress.households))}</dd>
        <dd className="t3">
          {progress.manager === null ? t('progress.map.nobody') : t('progress.map.manager', { name: progress.manager })}
        </dd>
      </dl>
    </div>
  );
}

/** Evaluated and not visited yet. */
const waitingOf = (households: readonly number[]): number => Math.max(0, (households[2] ?? 0) - (households[3] ?? 0));

function VillageTable({ map, onOpen }: Shown) {
  const { t } = useTranslation();
  const names = new Map(map.townships.map(({ code, name }) => [code, name]));
  type Row = ReturnType<typeof taking>[number];
  const columns: readonly Column<Row>[] = [
    { key: 'rank', head: t('progress.column.rank'), num: true, cell: ({ progress }) => progress.rank },
    { key: 'township', head: t('progress.column.township'), cell: ({ township }) => names.get(township) ?? township },
    { key: 'name', head: t('progress.column.name'), cell: ({ name }) => name },
    { key: 'stage', head: t('progress.column.stage'), cell: ({ progress }) => t(`progress.stage.${progress.stage}`) },
    { key: 'households', head: t('progress.column.households'), num: true, cell: ({ progress }) => count(progress.households[0]) },
    { key: 'granted', head: t('progress.column.granted'), num: true, cell: ({ progress }) => percentOne(progress.granted_ppm) },
    { key: 'week', head: t('progress.column.week'), num: true, cell: ({ progress }) => points(progress.week_change_ppm) },
    { key: 'waiting', head: t('progress.map.waiting'), num: true, cell: ({ progress }) => count(waitingOf(progress.households)) },
    { key: 'manager', head: t('progress.column.manager'), cell: ({ progress }) => progress.manager ?? t('progress.none') },
  ];
  const rows = taking(map.villages).toSorted((one, other) => one.progress.rank - other.progress.rank);
  return (
    <div className="scroll" tabIndex={0}>
      <Table
        label={t('progress.map.label')}
        columns={columns}
        rows={rows}
        rowKey={({ code }) => code}
        onOpen={({ code }) => onOpen(code)}
      />
    </div>
  );
}

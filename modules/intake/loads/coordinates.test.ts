import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stateQuery } from '#platform/warehouse/index.ts';
import { deliver, openSampleBank, row, type SampleBank } from '../deliveries/sample-delivery.ts';

let bank: SampleBank;
beforeEach(async () => {
  bank = await openSampleBank();
});
afterEach(() => bank.close());

const date = '2026-11-19';
const entity_id = '320723';
/** The roll gives the load somebody to publish. */
const roll = { source: 'grid_roll', date, rows: [row('grid_roll', 1)] };
type Place = readonly [longitude: string, latitude: string];
const swapped: Place = ['34.299440', '119.254170'];
const right: Place = ['119.254170', '34.299440'];

const villages = (places: readonly Place[]) => ({
  source: 'village',
  date,
  rows: places.map(([village_longitude, village_latitude], index) => ({
    entity_id,
    village_code: `3207231030${String(index).padStart(2, '0')}`,
    village_name: '燕尾社区',
    village_longitude,
    village_latitude,
  })),
});
const outlets = (
  places: readonly Place[],
  dates: { opened_date: string; closed_date: string } = { opened_date: '2001-01-01', closed_date: '' },
) => ({
  source: 'outlet',
  date,
  rows: places.map(([outlet_longitude, outlet_latitude], index) => ({
    entity_id,
    outlet_code: `B00${index}`,
    outlet_name: '燕尾港镇支行',
    township_code: '320723103',
    kind: 'branch',
    outlet_longitude,
    outlet_latitude,
    ...dates,
  })),
});

async function published(source: string): Promise<Record<string, unknown>[]> {
  const manifest = await bank.lake.manifest(entity_id);
  const query = manifest && stateQuery(bank.lake, manifest, source, date);
  return query ? bank.warehouse.session((session) => session.rows(`${query} order by file_row`)) : [];
}

describe.each([
  { source: 'village', of: villages },
  { source: 'outlet', of: outlets },
])('coordinates of $source', ({ source, of }) => {
  it.each<{ name: string; place: Place; fault: { field: string; code: string } }>([
    { name: 'swapped', place: swapped, fault: { field: 'LNG', code: 'range' } },
    { name: 'a latitude off the country', place: ['119.25', '0'], fault: { field: 'LAT', code: 'range' } },
    { name: 'in degrees and minutes', place: ['119°15′', '34.3'], fault: { field: 'LNG', code: 'decimal' } },
  ])('$name are held back with their place', async ({ place, fault }) => {
    deliver(bank.delivery, roll);
    deliver(bank.delivery, of([right, place]));
    await bank.intake.runLoad(bank.delivery);
    const held = await bank.query('select source, row_number, field, code, raw_line from intake.quarantine');
    expect(held).toEqual([{ source, row_number: 3n, ...fault, raw_line: expect.stringContaining(place.join(',')) }]);
    expect(await published(source)).toHaveLength(1);
  });

  it('that are missing are unknown, not a fault', async () => {
    deliver(bank.delivery, roll);
    deliver(bank.delivery, of([right, ['', '']]));
    await bank.intake.runLoad(bank.delivery);
    expect(await bank.query('select 1 from intake.quarantine')).toEqual([]);
    expect(await published(source)).toMatchObject([
      { [`${source}_longitude`]: 119.25417, [`${source}_latitude`]: 34.29944 },
      { [`${source}_longitude`]: null, [`${source}_latitude`]: null },
    ]);
  });
});

it('an outlet may open after the day of its file; an end that is open is a day of its own', async () => {
  deliver(bank.delivery, roll);
  deliver(bank.delivery, outlets([right], { opened_date: '2027-01-01', closed_date: '9999-12-31' }));
  await bank.intake.runLoad(bank.delivery);
  const [found] = await published('outlet');
  expect([String(found?.['opened_date']), String(found?.['closed_date'])]).toEqual(['2027-01-01', '9999-12-31']);
});

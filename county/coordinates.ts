import { parameters } from './parameters.ts';
import { readData, type Village } from './places.ts';
import { Random } from './random.ts';
import type { Setting } from './setting.ts';

/** A place in WGS 84, in degrees. */
export type Point = { longitude: number; latitude: number };

/** Length of a degree of latitude on a sphere of the Earth's mean radius (IUGG, 6,371.0088 km). */
const kmOfDegree = (6371.0088 * Math.PI) / 180;

const seats: ReadonlyMap<string, Point> = new Map(
  readData('townships.csv').map(([code, , longitude, latitude]) => [code!, { longitude: Number(longitude), latitude: Number(latitude) }]),
);

/** The seat of a township. */
export function seatOf(townshipCode: string): Point {
  const seat = seats.get(townshipCode);
  if (seat === undefined) throw new Error(`county/data/townships.csv has no township ${townshipCode}`);
  return seat;
}

/**
 * The seat of a village's committee: anywhere in a disc around the township's seat that has room for the township's villages. It is drawn
 * from a stream of its own, so that whoever asks gets the same point.
 */
export function committeeOf(setting: Setting, village: Village): Point {
  const random = new Random(setting.seed, village.code, 'committee');
  return scatter(seatOf(village.townshipCode), radiusOf(setting, village.townshipCode), random);
}

/** A point drawn evenly from the disc around another. */
export function scatter(around: Point, radiusKm: number, random: Random): Point {
  const distance = radiusKm * Math.sqrt(random.next());
  const angle = 2 * Math.PI * random.next();
  const kmOfLongitude = kmOfDegree * Math.cos((around.latitude * Math.PI) / 180);
  return {
    longitude: around.longitude + (distance * Math.cos(angle)) / kmOfLongitude,
    latitude: around.latitude + (distance * Math.sin(angle)) / kmOfDegree,
  };
}

/** Radius of a township, as if its villages shared the county's area evenly and lay in a disc. */
function radiusOf({ villages }: Setting, townshipCode: string): number {
  const { areaKm2, villages: ofCounty } = parameters.county;
  const own = villages.filter((village) => village.townshipCode === townshipCode).length;
  return Math.sqrt(((areaKm2 / ofCounty) * own) / Math.PI);
}

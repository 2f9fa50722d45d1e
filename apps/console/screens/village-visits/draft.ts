/** A visit as far as it has come: what was found of whom, what proves it, what is still missing. Pure. */
import { answerFaults, isAsked } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import type { MakeVisit, VisitedPerson, VisitSheet } from '#modules/village/contract.ts';
import { answersOf, typedOf, type Answers, type Typed } from '../../parts/typed-answers.ts';
import type { Picture, Place } from './device.ts';

export interface Draft {
  /** Stays with the visit however often it is sent. */
  readonly visitId: string;
  readonly startedAt: string;
  /** At the door, until the page was left last. */
  readonly seconds: number;
  /** By person. */
  readonly found: Readonly<Record<string, Typed>>;
  /** Of the subject; null until somebody moves it away from what the village said. */
  readonly limitFen: string | null;
  readonly pictures: readonly Picture[];
  /** Once it is there, what was found and the pictures stand; signing again opens them. */
  readonly signature: Picture | null;
  readonly place: Place | null;
  readonly secondId: string;
}

export const begun = (visitId: string, startedAt: string): Draft => ({
  visitId,
  startedAt,
  seconds: 0,
  found: {},
  limitFen: null,
  pictures: [],
  signature: null,
  place: null,
  secondId: '',
});

/** The server takes eight; one of them is the signature. */
export const mostPictures = 7;

/** The same picture twice is one; signed or full, nothing is added. */
export const withPicture = (draft: Draft, picture: Picture): Draft =>
  draft.signature !== null || draft.pictures.length >= mostPictures || draft.pictures.some(({ hash }) => hash === picture.hash)
    ? draft
    : { ...draft, pictures: [...draft.pictures, picture] };

export const withoutPicture = (draft: Draft, hash: string): Draft =>
  draft.signature === null ? { ...draft, pictures: draft.pictures.filter((one) => one.hash !== hash) } : draft;

export const foundOf = (draft: Draft, personId: string): Typed => draft.found[personId] ?? {};

export const withFound = (draft: Draft, personId: string, typed: Typed): Draft =>
  draft.signature === null ? { ...draft, found: { ...draft.found, [personId]: typed } } : draft;

/** What the village said of a person, as the form would hold it. */
export const saidOf = (form: Form, person: VisitedPerson): Typed => typedOf(form, person.majority);

/** Questions as they are told: those the village spoke about, then those that must be answered, then the rest. */
export function asked(form: Form, person: VisitedPerson, answers: Answers): { told: string[]; needed: string[]; others: string[] } {
  const names = Object.entries(form.properties)
    .filter(([, one]) => isAsked(one, answers))
    .map(([name]) => name);
  const told = names.filter((name) => person.majority[name] !== undefined || person.disputed.includes(name));
  const untold = names.filter((name) => !told.includes(name));
  const isNeeded = (name: string): boolean => form.required.includes(name);
  return { told, needed: untold.filter(isNeeded), others: untold.filter((name) => !isNeeded(name)) };
}

/** Everything that is still open is found to be as the village said; what was found otherwise stays. */
export const confirmed = (form: Form, person: VisitedPerson, typed: Typed): Typed => ({ ...saidOf(form, person), ...typed });

export const isOpen = (typed: Typed, name: string): boolean => typed[name] === undefined || typed[name] === '';

export const differs = (person: VisitedPerson, answers: Answers, name: string): boolean =>
  person.majority[name] !== undefined &&
  answers[name] !== undefined &&
  JSON.stringify(answers[name]) !== JSON.stringify(person.majority[name]);

export interface Missing {
  readonly personId: string;
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

const isTouched = (typed: Typed): boolean =>
  Object.values(typed).some((value) => value !== '' && !(Array.isArray(value) && value.length === 0));

/** The subject, and whoever else anything was found of. */
export const visitedOf = (sheet: VisitSheet, draft: Draft): VisitedPerson[] =>
  sheet.people.filter((person) => person.is_asked && (person.is_subject || isTouched(foundOf(draft, person.person_id))));

/** What the form still asks, person by person. */
export function missingOf(form: Form, sheet: VisitSheet, draft: Draft): Missing[] {
  return visitedOf(sheet, draft).flatMap(({ person_id }) => {
    const faults = formFaults(form, foundOf(draft, person_id));
    return faults.map(({ place, zh, en }) => ({ personId: person_id, field: place, zh, en }));
  });
}

/** What the form still asks of one person, and what was typed and cannot be read, by the name of the question. */
export function formFaults(form: Form, typed: Typed): { place: string; zh: string; en: string }[] {
  const { answers, unread } = answersOf(form, typed);
  const faults = answerFaults(form, answers);
  const unreadable = unread
    .filter((name) => faults.every(({ place }) => place !== name))
    .map((name) => ({
      place: name,
      zh: `“${form.properties[name]?.title}”读不懂`,
      en: `“${form.properties[name]?.['x-title-en']}” cannot be read`,
    }));
  return [...faults, ...unreadable];
}

export function requestOf(form: Form, sheet: VisitSheet, draft: Draft, seconds: number): MakeVisit {
  const subject = sheet.people.find((person) => person.is_subject);
  return {
    visit_id: draft.visitId,
    household_id: sheet.household_id,
    ...(draft.secondId === '' ? {} : { second_id: draft.secondId }),
    started_at: draft.startedAt,
    seconds: Math.min(86_400, seconds),
    place: draft.place,
    photos: [...draft.pictures, ...(draft.signature === null ? [] : [draft.signature])],
    people: visitedOf(sheet, draft).map(({ person_id }) => ({
      person_id,
      answers: answersOf(form, foundOf(draft, person_id)).answers,
      // The credit goes to the subject: of the others nothing is investigated but what they are.
      investigated_fen: person_id === subject?.person_id ? (draft.limitFen ?? subject.evaluated_fen ?? '0') : null,
    })),
  };
}

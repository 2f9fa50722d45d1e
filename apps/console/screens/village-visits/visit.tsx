import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { addresses, visitMade, visitSheet, type VisitSheet } from '#modules/village/contract.ts';
import { useIds } from './ids.ts';
import { get, send } from '../../api/client.ts';
import { instant, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { ChosenField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { answersOf, typedOf, type Typed } from '../../parts/typed-answers.ts';
import { metresApart, takePicture, whereAmI, type Picture, type Place } from './device.ts';
import { Signature } from './signature.tsx';
import './visits.css';

/** One household at its door: what differs from what the village said comes first, what agrees is folded. */
export function Visit() {
  const { project, household } = useIds();
  const sheet = useQuery({
    queryKey: ['visits', project, 'sheet', household],
    queryFn: () => get(visitSheet, addresses.visitSheet.replace(':id', project).replace(':household', household)),
  });
  if (sheet.isError) return <Failure problem={sheet.error} retry={() => void sheet.refetch()} />;
  if (sheet.isPending) return <Bones rows={10} />;
  const read = readForm(sheet.data.form);
  if (!('form' in read)) return <Failure problem={new Error(read.faults[0]?.zh ?? '')} />;
  return <Visiting project={project} sheet={sheet.data} form={read.form} />;
}

const step = 1_000_000n;

function Visiting({ project, sheet, form }: { project: string; sheet: VisitSheet; form: Form }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const subject = sheet.people.find((person) => person.is_subject);
  const majority = useMemo(() => subject?.majority ?? {}, [subject]);
  const [began] = useState(() => new Date());
  const [visitId] = useState(() => crypto.randomUUID());
  const [typed, setTyped] = useState<Typed>(() => typedOf(form, majority));
  const [limit, setLimit] = useState(() => BigInt(subject?.evaluated_fen ?? '0'));
  const [pictures, setPictures] = useState<readonly Picture[]>([]);
  const [signature, setSignature] = useState<Picture | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const [second, setSecond] = useState('');
  const seconds = useSecondsSince(began);
  const { answers } = answersOf(form, typed);
  const metres = place === null || sheet.point === null ? null : metresApart(place, sheet.point);
  const save = useMutation({
    mutationFn: () =>
      send(visitMade, 'POST', addresses.visits.replace(':id', project), {
        visit_id: visitId,
        household_id: sheet.household_id,
        ...(second === '' ? {} : { second_id: second }),
        started_at: began.toISOString(),
        seconds,
        place,
        photos: signature === null ? pictures : [...pictures, signature],
        people: [{ person_id: subject?.person_id ?? '', answers, investigated_fen: String(limit) }],
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['visits', project] }),
  });
  const refused = useRefused(save.error, {});
  const must = sheet.conditions;
  return (
    <div className={`visit hue-${sheet.hue}`}>
      <header>
        <Link to="/village/visits" search={{ project }} aria-label={t('visits.back')}>
          ‹
        </Link>
        <div>
          <h1>{t('visits.title')}</h1>
          <p>
            {sheet.head_name} {t('visits.household')} · {sheet.address ?? sheet.household_no}
          </p>
        </div>
      </header>
      <Differences form={form} majority={majority} answers={answers} typed={typed} onChange={setTyped} />
      <section className="visit-limit">
        <div>
          <b>{t('granting.column.investigated')}</b>
          <p className="t3">
            {t('visits.said')} {wan(subject?.evaluated_fen)} {t('unit.wan')}
          </p>
        </div>
        <button type="button" aria-label={t('visits.less')} onClick={() => setLimit(limit >= step ? limit - step : 0n)}>
          −
        </button>
        <strong>
          {wan(limit)} <small>{t('unit.wan')}</small>
        </strong>
        <button type="button" aria-label={t('visits.more')} onClick={() => setLimit(limit + step)}>
          +
        </button>
      </section>
      <section className="visit-proof">
        <button type="button" className="btn" onClick={() => void whereAmI().then(setPlace)}>
          {metres === null ? t(place === null ? 'visits.locate' : 'visits.located') : t('visits.away', { metres })}
        </button>
        <label className="btn">
          {t('visits.picture', { count: pictures.length })}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            hidden
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file) void takePicture(file, 'house').then((picture) => setPictures((before) => [...before, picture]));
            }}
          />
        </label>
        <Signature onSigned={setSignature} />
        <ChosenField
          id="second"
          label={t('visits.second')}
          value={second}
          options={[{ value: '', text: t('visits.alone') }, ...sheet.colleagues.map((one) => ({ value: one.staff_id, text: one.name }))]}
          onChange={setSecond}
        />
      </section>
      <Earlier sheet={sheet} />
      <footer>
        <ul className="visit-ticks">
          <Tick is={metres !== null && metres <= must.metres}>{t('visits.within', { metres: must.metres })}</Tick>
          <Tick is={pictures.length >= must.photos}>{t('visits.photos', { count: pictures.length })}</Tick>
          <Tick is={seconds >= must.seconds}>{t('visits.stayed', { minutes: Math.floor(seconds / 60) })}</Tick>
          <Tick is={signature !== null}>{t('visits.signed')}</Tick>
        </ul>
        {refused.rest !== undefined && (
          <p className="bad" role="alert">
            {refused.rest}
          </p>
        )}
        {save.data === undefined ? (
          <button type="button" className="btn pri big" disabled={save.isPending || subject === undefined} onClick={() => save.mutate()}>
            {t('visits.save')}
          </button>
        ) : (
          <p role="status" className={save.data.is_valid ? 'ok' : 'warn'}>
            {save.data.is_valid
              ? t('visits.saved')
              : t('visits.notCounted', { why: save.data.faults.map((fault) => t(`visits.fault.${fault}`)).join('、') })}
          </p>
        )}
      </footer>
    </div>
  );
}

/** Who was here before, what they found, and what was corrected since. */
function Earlier({ sheet }: { sheet: VisitSheet }) {
  const { t } = useTranslation();
  if (sheet.visits.length === 0) return null;
  const nameOf = (personId: string): string => sheet.people.find((person) => person.person_id === personId)?.name ?? personId;
  return (
    <details className="visit-agreed">
      <summary>{t('visits.earlier', { count: sheet.visits.length })}</summary>
      {sheet.visits.map((visit) => (
        <div key={visit.visit_id}>
          <p>
            <b>{instant(visit.started_at)}</b> {visit.visited_by.name}
            {visit.second !== null && `、${visit.second.name}`}{' '}
            <span className={visit.faults.length === 0 ? 'tag ok' : 'tag warn'}>
              {visit.faults.length === 0 ? t('visits.counted') : visit.faults.map((fault) => t(`visits.fault.${fault}`)).join(' · ')}
            </span>
          </p>
          {visit.people.map((person) => (
            <p key={person.person_id} className="t2">
              {nameOf(person.person_id)} {wan(person.investigated_fen)} {t('unit.wan')}
            </p>
          ))}
          {visit.corrections.map((correction) => (
            <p key={`${correction.person_id} ${correction.corrected_at}`} className="t3">
              {t('visits.corrected', {
                at: instant(correction.corrected_at),
                by: correction.corrected_by.name,
                name: nameOf(correction.person_id),
                reason: correction.reason,
              })}
            </p>
          ))}
        </div>
      ))}
    </details>
  );
}

function Differences({
  form,
  majority,
  answers,
  typed,
  onChange,
}: {
  form: Form;
  majority: Readonly<Record<string, unknown>>;
  answers: Readonly<Record<string, unknown>>;
  typed: Typed;
  onChange: (next: Typed) => void;
}) {
  const { t } = useTranslation();
  const known = Object.keys(form.properties).filter((name) => majority[name] !== undefined);
  const differing = known.filter((name) => answers[name] !== undefined && JSON.stringify(answers[name]) !== JSON.stringify(majority[name]));
  return (
    <>
      <table className="visit-differences">
        <thead>
          <tr>
            <th>{t('visits.differences', { count: differing.length })}</th>
            <th>{t('visits.villageSaid')}</th>
            <th>{t('visits.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map((name) => (
            <tr key={name}>
              <td>{titleOf(form, name)}</td>
              <td className="t2">{wordOf(form, name, majority[name])}</td>
              <td>
                <b>{wordOf(form, name, answers[name])}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details className="visit-agreed">
        <summary>{t('visits.agree', { count: known.length - differing.length })}</summary>
        <SchemaForm form={form} typed={typed} wrong={new Map()} onChange={onChange} />
      </details>
    </>
  );
}

function titleOf(form: Form, name: string): string {
  const one = form.properties[name];
  return one === undefined ? name : spoken() === 'en' ? one['x-title-en'] : one.title;
}

function wordOf(form: Form, name: string, value: unknown): string {
  const one = form.properties[name];
  if (one !== undefined && 'x-words' in one && typeof value === 'string') return one['x-words'][value]?.[spoken()] ?? value;
  if (typeof value === 'boolean') return value ? '✓' : '✗';
  return String(value);
}

function Tick({ is, children }: { is: boolean; children: ReactNode }) {
  return (
    <li className={is ? 'ok' : 't3'}>
      {is ? '✓' : '○'} {children}
    </li>
  );
}

/** Whole seconds, counted while the page is open. */
function useSecondsSince(began: Date): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - began.getTime()) / 1_000));
}

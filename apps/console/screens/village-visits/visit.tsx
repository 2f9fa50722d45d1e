import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { addresses, visitSheet, type VisitSheet } from '#modules/village/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Bones, Failure } from '../../parts/states.tsx';
import { newId } from '../../review/kept.ts';
import { begun, foundOf, missingOf, requestOf, withFound, type Draft } from './draft.ts';
import { Earlier } from './earlier.tsx';
import { useIds } from './ids.ts';
import { useOutbox, type Outbox } from './outbox.ts';
import { PersonFound } from './person-found.tsx';
import { Facts, Others } from './household-facts.tsx';
import { Proof } from './proof.tsx';
import { SaveBar } from './save-bar.tsx';
import { keyOf, type KeptVisit } from './shelf.ts';
import { OnDevice, Sent } from './on-device.tsx';
import './visits.css';

/** One household at its door: everybody in it, what the village said beside what is found, and what proves the visit. */
export function Visit() {
  const { project, household } = useIds();
  const outbox = useOutbox();
  const sheet = useQuery({
    queryKey: ['visits', project, 'sheet', household],
    queryFn: () => get(visitSheet, addresses.visitSheet.replace(':id', project).replace(':household', household)),
    // Looking at a household is kept in the audit trail: it is read when it is opened and after a visit, never by the clock.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [times, setTimes] = useState(0);
  const read = sheet.data === undefined ? null : readForm(sheet.data.form);
  // A sheet that is read stays: a lost signal takes nothing from the screen.
  const problem = read === null ? sheet.error : 'form' in read ? null : new Error(read.faults[0]?.[spoken()] ?? '');
  if (problem !== null)
    return (
      <div className="visit">
        <Head project={project} />
        <Failure problem={problem} what="visit" retry={() => void sheet.refetch()} />
      </div>
    );
  if (sheet.data === undefined || read === null || !('form' in read) || outbox.kept === null)
    return (
      <div className="visit">
        <Head project={project} />
        <Bones rows={10} />
      </div>
    );
  return (
    <Visiting
      key={`${household} ${times}`}
      project={project}
      sheet={sheet.data}
      form={read.form}
      outbox={outbox}
      onAnew={() => setTimes(times + 1)}
    />
  );
}

/** The way back to the list, and whose door it is as soon as that is known. */
function Head({ project, sheet }: { project: string; sheet?: VisitSheet }) {
  const { t } = useTranslation();
  return (
    <header>
      <Link to="/village/visits" search={{ project }} aria-label={t('visits.back')}>
        ‹
      </Link>
      <div>
        <h1>{t('visits.title')}</h1>
        {sheet !== undefined && (
          <p>
            {t('households.of', { name: sheet.head_name ?? sheet.household_no ?? sheet.household_id })} · {sheet.place}
          </p>
        )}
      </div>
    </header>
  );
}

const step = 1_000_000n;

interface VisitingProps {
  project: string;
  sheet: VisitSheet;
  form: Form;
  outbox: Outbox;
  onAnew: () => void;
}

function Visiting({ project, sheet, form, outbox, onAnew }: VisitingProps) {
  const { owner } = useMe();
  const kept = outbox.of(project, sheet.household_id);
  const made = outbox.madeOf(project, sheet.household_id);
  const [draft, setDraft] = useState<Draft>(() => kept?.draft ?? begun(newId(), new Date().toISOString()));
  const [opened] = useState(() => Date.now());
  const [isAsked, setAsked] = useState(false);
  const seconds = draft.seconds + useSecondsSince(opened);
  const isSaved = kept?.sending != null || made !== undefined;
  const missing = missingOf(form, sheet, draft);
  const visitOf = (of: Draft, sending: KeptVisit['sending']): KeptVisit => ({
    key: keyOf(owner, project, sheet.household_id),
    owner,
    project,
    household: sheet.household_id,
    name: sheet.head_name ?? sheet.household_no ?? sheet.household_id,
    draft: { ...of, seconds },
    sending,
    refused: null,
  });
  // A picture or a place may come when the visit is on its way already: it changes nothing any more.
  const latest = useRef(draft);
  const isClosed = useRef(isSaved);
  useEffect(() => {
    isClosed.current = isSaved;
  }, [isSaved]);
  const set = (next: (now: Draft) => Draft): void => {
    latest.current = next(latest.current);
    setDraft(latest.current);
  };
  const change = (next: (now: Draft) => Draft): void => {
    if (isClosed.current) return;
    set(next);
    outbox.keep(visitOf(latest.current, null));
  };
  const save = (): void => {
    setAsked(true);
    if (missing.length > 0) return;
    isClosed.current = true;
    outbox.keep(visitOf(draft, requestOf(form, sheet, draft, seconds)));
  };
  const anew = (): void => {
    if (kept !== undefined) void outbox.forget(kept).then(onAnew);
    else onAnew();
  };
  const subject = sheet.people.find((person) => person.is_subject);
  return (
    <div className={`visit hue-${sheet.hue}`}>
      <Head project={project} sheet={sheet} />
      <OnDevice outbox={outbox} kept={kept} isSaved={isSaved} onAnew={anew} />
      <div className="visit-body">
        <div className="visit-main">
          <Facts sheet={sheet} />
          {sheet.people
            .filter((person) => person.is_asked)
            .map((person) => (
              <PersonFound
                key={person.person_id}
                form={form}
                person={person}
                typed={foundOf(draft, person.person_id)}
                missing={isAsked ? missing.filter((one) => one.personId === person.person_id) : []}
                isReadOnly={isSaved || draft.signature !== null}
                onChange={(typed) => change((now) => withFound(now, person.person_id, typed))}
              />
            ))}
        </div>
        <div className="visit-side">
          <Others sheet={sheet} />
          {subject !== undefined && (
            <Limit
              said={subject.evaluated_fen}
              fen={BigInt(draft.limitFen ?? subject.evaluated_fen ?? '0')}
              isReadOnly={isSaved}
              onChange={(fen) => change((now) => ({ ...now, limitFen: String(fen) }))}
            />
          )}
          <Proof
            sheet={sheet}
            draft={draft}
            isReadOnly={isSaved}
            onChange={change}
            onPlace={(place) => set((now) => ({ ...now, place }))}
          />
          <Earlier form={form} sheet={sheet} />
        </div>
      </div>
      <SaveBar
        sheet={sheet}
        draft={draft}
        seconds={seconds}
        missing={isAsked ? missing : []}
        sent={<Sent outbox={outbox} kept={kept} made={made} />}
        isSaved={isSaved}
        canSave={subject !== undefined}
        onSave={save}
      />
    </div>
  );
}

/** By ten thousands, from what the village said. */
function Limit({
  said,
  fen,
  isReadOnly,
  onChange,
}: {
  said: string | null;
  fen: bigint;
  isReadOnly: boolean;
  onChange: (fen: bigint) => void;
}) {
  const { t } = useTranslation();
  return (
    <section className="visit-limit">
      <div>
        <h2>{t('granting.column.investigated')}</h2>
        <p className="t3">
          {t('visits.said')} {said === null ? t('granting.none') : `${wan(said)} ${t('unit.wan')}`}
        </p>
      </div>
      <button type="button" aria-label={t('visits.less')} disabled={isReadOnly} onClick={() => onChange(fen >= step ? fen - step : 0n)}>
        −
      </button>
      <strong>
        {wan(fen)} <small>{t('unit.wan')}</small>
      </strong>
      <button type="button" aria-label={t('visits.more')} disabled={isReadOnly} onClick={() => onChange(fen + step)}>
        +
      </button>
    </section>
  );
}

/** Whole seconds, counted while the page is open. */
function useSecondsSince(began: number): number {
  const [now, setNow] = useState(began);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - began) / 1_000));
}

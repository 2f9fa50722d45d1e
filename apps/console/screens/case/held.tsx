import { useTranslation } from 'react-i18next';
import type { ApplicationPage } from '#modules/lending/contract.ts';
import { codes as words } from '../../locales/zh/codes.ts';
import { useCodes } from '../../codes.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';

type Wait = NonNullable<ApplicationPage['held']>;

/** Sources that did not answer: what the machine does about it, or why it asks no more and people decide without them. */
export function Held({ application }: { application: ApplicationPage | undefined }) {
  const { t } = useTranslation();
  const language = spoken();
  const held = application?.held ?? null;
  if (held === null) return null;
  return (
    <>
      <h3>
        {t(`cases.held.title.${held.state}`)}
        <small>{t('cases.held.since', { at: instant(held.since).slice(5) })}</small>
      </h3>
      <ul className="docs held">
        {held.sources.map((source) => (
          <li key={source.code} title={source.code}>
            <span className={source.is_answered ? 'ok' : 'warn'} aria-hidden="true">
              {source.is_answered ? '✓' : '—'}
            </span>
            <span className="name">{source.name[language]}</span>
            <span className={source.is_answered ? 't3 v' : 'warn v'}>{t(source.is_answered ? 'cases.held.has' : 'cases.held.hasNot')}</span>
          </li>
        ))}
      </ul>
      <Said held={held} />
    </>
  );
}

/** When it is asked again, what came of it so far, and what whoever has the case may do meanwhile. */
function Said({ held }: { held: Wait }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { state, reason, tries, asked_at, next_try, ended_at } = held;
  const why = reason === null ? '' : code(reason in words.heldReason ? 'heldReason' : 'inquiryReason', reason);
  if (state === 'answered') return <p className="t2 sm">{t('cases.held.answered', { at: dayAndTime(ended_at) })}</p>;
  return (
    <dl className="facts held" title={reason ?? undefined}>
      {state === 'waiting' ? (
        <>
          <dt>{t('cases.held.next')}</dt>
          <dd>{t('cases.held.nextAt', { at: dayAndTime(next_try) })}</dd>
          <dt>{t('cases.held.asked')}</dt>
          <dd>{tries === 0 ? t('cases.held.askedNone') : t('cases.held.askedTimes', { count: tries, at: dayAndTime(asked_at), why })}</dd>
        </>
      ) : (
        <>
          <dt>{t('cases.held.stopped')}</dt>
          <dd className="warn">
            {dayAndTime(ended_at)} {why}
          </dd>
        </>
      )}
      <dt>{t('cases.held.todo')}</dt>
      <dd>{t(state === 'waiting' ? 'cases.held.mayGoOn' : 'cases.held.onYourOwn')}</dd>
    </dl>
  );
}

const dayAndTime = (at: string | null): string => (at === null ? '' : instant(at).slice(5));

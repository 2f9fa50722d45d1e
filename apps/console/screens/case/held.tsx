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
        {t('cases.held.title')}
        <small>{t('cases.held.since', { at: instant(held.since).slice(5) })}</small>
      </h3>
      <ul className="docs">
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
      <p className={held.state === 'left' ? 'warn sm' : 't2 sm'}>
        <Said held={held} />
      </p>
    </>
  );
}

function Said({ held }: { held: Wait }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { reason } = held;
  const why = reason === null ? '' : code(reason in words.heldReason ? 'heldReason' : 'inquiryReason', reason);
  const title = reason ?? undefined;
  switch (held.state) {
    case 'waiting': {
      const next = held.next_try === null ? '' : instant(held.next_try).slice(11, 16);
      return (
        <span title={title}>
          {why === '' ? t('cases.held.first', { next }) : t('cases.held.waiting', { count: held.tries, why, next })}
        </span>
      );
    }
    case 'answered':
      return <span>{t('cases.held.answered', { at: held.ended_at === null ? '' : instant(held.ended_at).slice(5) })}</span>;
    case 'left':
      return <span title={title}>{t('cases.held.left', { why })}</span>;
  }
}

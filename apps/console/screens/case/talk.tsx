import { useTranslation } from 'react-i18next';
import type { CasePage } from '#modules/process/contract.ts';
import { instant } from '../../format.ts';

/** What was done and said, newest first; what the machine did by itself is quieter. */
export function Talk({ page, most }: { page: CasePage; most?: number }) {
  const { t } = useTranslation();
  const lines = page.history.toReversed();
  return (
    <>
      <h3>
        {t('cases.talk')}
        <small>{t('cases.talkNote', { count: lines.length })}</small>
      </h3>
      <ul className="talk">
        {lines.slice(0, most).map((line) => (
          <li key={line.number}>
            <span className="t3">
              {t(`cases.actor.${line.actor.name as 'system'}`, { defaultValue: line.actor.name })} {instant(line.at).slice(5)}
            </span>
            <span className={line.reason === null ? 't2' : ''}>
              {t(`cases.did.${line.verb as 'claim'}`, { defaultValue: line.verb })} {line.node_name}
              {line.reason !== null && `：${line.reason}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

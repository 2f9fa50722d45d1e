import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StrategyPage } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';

const tones = { decline: 'bad', refer: 'warn', wait: 't2', cap: 't2', price: 't2' } as const;

/** What each reason says: to the staff, and in neutral words to the customer. */
export function Reasons({ reasons }: { reasons: StrategyPage['reasons'] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const [wanted, setWanted] = useState('');
  const asked = wanted.trim().toLowerCase();
  const found = reasons.filter(
    (reason) =>
      asked === '' ||
      `${reason.code} ${reason.staff[language]} ${reason.customer[language]} ${reason.rule?.[language] ?? ''}`
        .toLowerCase()
        .includes(asked),
  );
  return (
    <Section
      title={t('strategies.reasonCount', { count: reasons.length })}
      note={t('strategies.reasonNote')}
      right={
        <input
          className="find-box"
          type="search"
          aria-label={t('strategies.findReason')}
          placeholder={t('strategies.findReason')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      }
    >
      <div className="scroll-box" tabIndex={0}>
        <table className="dt">
          <thead>
            <tr>
              <th>{t('decision.column.code')}</th>
              <th>{t('decision.column.effect')}</th>
              <th>{t('decision.column.rule')}</th>
              <th>{t('strategies.staffWords')}</th>
              <th>{t('strategies.customerWords')}</th>
              <th>{t('decide.stage')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((reason) => (
              <tr key={reason.code}>
                <td className="mono">{reason.code}</td>
                <td className={tones[reason.effect]}>{code('effect', reason.effect)}</td>
                <td className="wrap">{reason.rule?.[language] ?? <span className="t3">{reason.family ?? '—'}</span>}</td>
                <td className="wrap">{reason.staff[language]}</td>
                <td className="wrap">{reason.customer[language]}</td>
                <td>{code('stage', reason.stage)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

import { useTranslation } from 'react-i18next';
import type { StrategyFinding } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';

const tones = { error: 'bad', warning: 'warn', info: 't2' } as const;

export function FindingTable({ findings }: { findings: readonly StrategyFinding[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  return (
    <table className="dt flush fnd">
      <thead>
        <tr>
          <th>{t('strategies.finding.severity')}</th>
          <th>{t('strategies.finding.code')}</th>
          <th>{t('strategies.finding.place')}</th>
          <th>{t('strategies.finding.message')}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding, index) => (
          <tr key={`${finding.code}-${finding.element}-${index}`}>
            <td className={tones[finding.severity]}>{code('severity', finding.severity)}</td>
            <td className="mono">{finding.code}</td>
            <td className="mono">
              {finding.element ?? '—'}
              {finding.line !== null && `:${finding.line}`}
            </td>
            <td className="wrap">{finding.message[spoken()]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Findings({ findings, file }: { findings: readonly StrategyFinding[]; file: string }) {
  const { t } = useTranslation();
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  return (
    <Section
      title={findings.length === 0 ? t('strategies.clean') : t('strategies.findings', { count: findings.length, errors })}
      note={file}
    >
      {findings.length === 0 ? (
        <Empty title={t('strategies.clean')} inside>
          {t('strategies.cleanNote')}
        </Empty>
      ) : (
        <FindingTable findings={findings} />
      )}
    </Section>
  );
}

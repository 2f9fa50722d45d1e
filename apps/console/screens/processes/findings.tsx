import { useTranslation } from 'react-i18next';
import type { Finding } from '#modules/process/contract.ts';
import { spoken } from '../../i18n.ts';

const tones = { error: 'bad', warning: 'warn', note: 't2' } as const;

/** What the check found, in words with the cure; a row leads to its element. */
export function Findings({ findings, onGo }: { findings: readonly Finding[]; onGo?: (element: string) => void }) {
  const { t } = useTranslation();
  const language = spoken();
  return (
    <table className="dt flush process-findings">
      <thead>
        <tr>
          <th>{t('processes.finding.level')}</th>
          <th>{t('processes.finding.where')}</th>
          <th>{t('processes.finding.what')}</th>
          <th>{t('processes.finding.cure')}</th>
        </tr>
      </thead>
      <tbody>
        {findings.map((finding, index) => (
          <tr key={`${finding.code}-${finding.element}-${index}`}>
            <td className={tones[finding.level]}>{t(`processes.level.${finding.level}`)}</td>
            <td>
              {finding.element === '' ? (
                t('processes.whole')
              ) : onGo === undefined ? (
                finding.name || finding.element
              ) : (
                <button type="button" className="link" onClick={() => onGo(finding.element)}>
                  {finding.name || finding.element}
                </button>
              )}
            </td>
            <td className="wrap">{finding.what[language]}</td>
            <td className="wrap">{finding.cure[language]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

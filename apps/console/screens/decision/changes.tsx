import { useTranslation } from 'react-i18next';
import type { NearestChange, Reason } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { percentOfPpm, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { outcomeTone } from '../../parts/outcome.tsx';
import { inputTitle, inputValue } from '../../parts/indicator-value.tsx';
import { Empty } from '../../parts/states.tsx';

/** The nearest single changes that would make it better or worse, each found by deciding again. */
export function Changes({ changes, toVerify }: { changes: readonly NearestChange[]; toVerify: readonly Reason[] }) {
  const { t } = useTranslation();
  const language = spoken();
  return (
    <>
      {changes.length === 0 && (
        <Empty title={t('decision.noChanges')} inside>
          {t('decision.noChangesNext')}
        </Empty>
      )}
      {(['better', 'worse'] as const).map((kind) => {
        const rows = changes.filter((change) => change.kind === kind).slice(0, 3);
        if (rows.length === 0) return null;
        return (
          <table key={kind} className="dt flush chg">
            <caption>{t(`decision.${kind}`)}</caption>
            <tbody>
              {rows.map((change) => (
                <Change key={`${change.input.name}-${String(change.to)}`} change={change} />
              ))}
            </tbody>
          </table>
        );
      })}
      {toVerify.length > 0 && (
        <p className="foot2">
          {t('decision.toVerify', { count: toVerify.length })}{' '}
          <span title={toVerify.map((one) => `${one.code} ${one.staff[language]}`).join('\n')} className="mono">
            {toVerify
              .slice(0, 6)
              .map((one) => one.code)
              .join(' ')}
            {toVerify.length > 6 && ' …'}
          </span>
        </p>
      )}
    </>
  );
}

function Change({ change }: { change: NearestChange }) {
  const { t } = useTranslation();
  const { input } = change;
  return (
    <tr>
      <td>
        {input.label[spoken()]}
        <br />
        <span className="t3 sm" title={`${inputTitle(input, input.value, t)} → ${inputTitle(input, change.to, t)}`}>
          {inputValue(input, input.value, t)} → {inputValue(input, change.to, t)}
        </span>
      </td>
      <td className="num strong">
        <Effect change={change} />
      </td>
    </tr>
  );
}

function Effect({ change }: { change: NearestChange }) {
  const { t } = useTranslation();
  const code = useCodes();
  if (change.outcome_before !== change.outcome_after)
    return <span className={outcomeTone(change.outcome_after)}>{code('outcome', change.outcome_after)}</span>;
  const tone = change.kind === 'better' ? 'ok' : 'warn';
  if (change.limit_fen_before !== change.limit_fen_after) {
    return (
      <span className={tone}>
        {t('decision.limitWord')} {wan(change.limit_fen_before)} → {wan(change.limit_fen_after)}
      </span>
    );
  }
  return (
    <span className={tone}>
      {t('decision.rateWord')} {percentOfPpm(change.rate_ppm_before)} → {percentOfPpm(change.rate_ppm_after)}
    </span>
  );
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { percentOne, wan, yuan } from '../../format.ts';
import { TypedField } from '../../parts/field.tsx';
import { fenTyped, wholeTyped } from '../../parts/typed-amount.ts';
import { abilityOf } from './ability.ts';

/** Typed money where nothing typed is nothing earned or owed; null when it cannot be read. */
const flowTyped = (text: string): bigint | null => (text.trim() === '' || text.trim() === '0' ? 0n : fenTyped(text));

/** What the household earns and spends a month, and what that carries. A help for the proposal; it is not kept. */
export function AbilityField({ ratePpm, usualMonths, onUse }: { ratePpm: number; usualMonths: number; onUse: (fen: bigint) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState({ income: '', outgoings: '', debts: '', months: String(usualMonths) });
  const set = (name: keyof typeof typed) => (text: string) => setTyped({ ...typed, [name]: text });
  const [income, outgoings, debts] = [flowTyped(typed.income), flowTyped(typed.outgoings), flowTyped(typed.debts)];
  const months = wholeTyped(typed.months, 1, 360);
  const isRead = income !== null && outgoings !== null && debts !== null && months !== null && typed.income !== '';
  const ability = isRead ? abilityOf({ incomeFen: income, outgoingsFen: outgoings, debtFen: debts }, { months, ratePpm }) : null;
  /** Down to whole thousands of yuan: a proposal is a round figure. */
  const round = ability === null ? 0n : (ability.principalFen / 100_000n) * 100_000n;
  return (
    <>
      <div className="typed-grid">
        <TypedField
          id="ability-income"
          label={t('cases.investigation.income')}
          unit={t('unit.yuan')}
          value={typed.income}
          isWrong={income === null}
          onChange={set('income')}
        />
        <TypedField
          id="ability-out"
          label={t('cases.investigation.outgoings')}
          unit={t('unit.yuan')}
          value={typed.outgoings}
          isWrong={outgoings === null}
          onChange={set('outgoings')}
        />
        <TypedField
          id="ability-debts"
          label={t('cases.investigation.debts')}
          unit={t('unit.yuan')}
          value={typed.debts}
          isWrong={debts === null}
          onChange={set('debts')}
        />
        <TypedField
          id="ability-months"
          label={t('cases.investigation.months')}
          unit={t('unit.months')}
          value={typed.months}
          isWrong={months === null}
          onChange={set('months')}
        />
      </div>
      <p className="sm ability" aria-live="polite">
        {ability === null || months === null ? (
          <span className="t3">{t('cases.investigation.noIncome')}</span>
        ) : ability.leftFen <= 0n ? (
          <span className="bad">{t('cases.investigation.short', { amount: yuan(-ability.leftFen) })}</span>
        ) : (
          <>
            {t('cases.investigation.left', { amount: yuan(ability.leftFen) })}
            <br />
            {t('cases.investigation.carries', { instalment: yuan(ability.instalmentFen), months, principal: wan(ability.principalFen) })}
            {ability.burdenPpm !== null && (
              <>
                {'，'}
                {t('cases.investigation.burden', { percent: percentOne(ability.burdenPpm) })}
              </>
            )}{' '}
            {round > 0n && (
              <button type="button" className="link" onClick={() => onUse(round)}>
                {t('cases.investigation.use')}
              </button>
            )}
          </>
        )}
      </p>
    </>
  );
}

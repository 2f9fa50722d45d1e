import { useTranslation } from 'react-i18next';
import { dayCounts } from '#core/calendar/index.ts';
import { useCodes } from '../../codes.ts';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import { offered, type TermWord, type Typed, type WrongTerm } from './asked-terms.ts';

export function TermsForm({
  typed,
  wrong,
  onChange,
}: {
  typed: Typed;
  wrong: readonly WrongTerm[];
  onChange: (word: TermWord, value: string) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const field = (word: TermWord, label: string, unit: string, term: WrongTerm, told: string | undefined) => ({
    id: `calculator-${word}`,
    label,
    unit,
    value: typed[word],
    isWrong: wrong.includes(term),
    hint: wrong.includes(term) ? told : undefined,
    onChange: (value: string) => onChange(word, value),
  });
  return (
    <div className="typed-grid">
      <div className="whole">
        <TypedField {...field('amount', t('calculator.amount'), t('unit.yuan'), 'amount', t('calculator.wrong.amount'))} />
      </div>
      <TypedField {...field('rate', t('calculator.rate'), '%', 'rate', t('calculator.wrong.rate'))} />
      <TypedField {...field('months', t('calculator.months'), t('calculator.monthsUnit'), 'months', t('calculator.wrong.months'))} />
      <div className="whole">
        <ChosenField
          id="calculator-method"
          label={t('calculator.method')}
          value={typed.method}
          options={offered.map((value) => ({ value, text: code('method', value) }))}
          onChange={(value) => onChange('method', value)}
        />
      </div>
      {typed.method === 'interest_only' && (
        <div className="whole">
          <ChosenField
            id="calculator-every"
            label={t('calculator.every')}
            value={typed.every}
            options={[
              { value: '1', text: t('calculator.monthly') },
              { value: '3', text: t('calculator.quarterly') },
            ]}
            onChange={(value) => onChange('every', value)}
          />
        </div>
      )}
      <TypedField {...field('start', t('calculator.start'), '', 'start', t('calculator.wrong.start'))} decimal={false} />
      <TypedField {...field('due', t('calculator.dueDay'), t('calculator.dayUnit'), 'dueDay', t('calculator.wrong.dueDay'))} />
      <div className="whole">
        <ChosenField
          id="calculator-count"
          label={t('calculator.dayCount')}
          value={typed.count}
          options={dayCounts.map((value) => ({ value, text: code('dayCount', value) }))}
          onChange={(value) => onChange('count', value)}
        />
      </div>
      <TypedField {...field('fee', t('calculator.fee'), t('unit.yuan'), 'fee', t('calculator.wrong.amount'))} />
      <TypedField {...field('each', t('calculator.eachFee'), t('unit.yuan'), 'eachFee', t('calculator.wrong.amount'))} />
    </div>
  );
}

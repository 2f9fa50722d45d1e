import { useTranslation } from 'react-i18next';
import { dayCounts } from '#core/calendar/index.ts';
import { repaymentMethods } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import type { TypedDraw, WrongDraw } from './typed-draw.ts';

export type TypedTerms = Pick<TypedDraw, 'rate' | 'months' | 'method' | 'due' | 'count'>;

/** Rate, term, method, due day and day count of a loan to be made; nothing is called wrong before something was typed there. */
export function TermsFields({
  id,
  typed,
  wrong,
  autoFocus = false,
  onChange,
}: {
  /** Begins the ids of the fields. */
  id: string;
  typed: TypedTerms;
  wrong: readonly WrongDraw[];
  autoFocus?: boolean;
  onChange: (next: Partial<TypedTerms>) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const field = (name: 'rate' | 'months' | 'due', label: string, told: string, unit: string) => {
    const isWrong = typed[name] !== '' && wrong.includes(name);
    return {
      id: `${id}-${name}`,
      label,
      unit,
      value: typed[name],
      isWrong,
      hint: isWrong ? told : undefined,
      onChange: (value: string) => onChange({ [name]: value }),
    };
  };
  return (
    <>
      <TypedField {...field('rate', t('calculator.rate'), t('calculator.wrong.rate'), '%')} autoFocus={autoFocus} />
      <TypedField {...field('months', t('calculator.months'), t('calculator.wrong.months'), t('calculator.monthsUnit'))} />
      <ChosenField
        id={`${id}-method`}
        label={t('calculator.method')}
        value={typed.method}
        options={repaymentMethods.map((value) => ({ value, text: code('method', value) }))}
        onChange={(method) => onChange({ method })}
      />
      <TypedField {...field('due', t('calculator.dueDay'), t('calculator.wrong.dueDay'), t('calculator.dayUnit'))} />
      <div className="whole">
        <ChosenField
          id={`${id}-count`}
          label={t('calculator.dayCount')}
          value={typed.count}
          options={dayCounts.map((value) => ({ value, text: code('dayCount', value) }))}
          onChange={(count) => onChange({ count })}
        />
      </div>
    </>
  );
}

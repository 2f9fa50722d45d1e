import { useTranslation } from 'react-i18next';
import { yuan } from '../../format.ts';
import { TypedField } from '../../parts/field.tsx';
import { TermsFields } from './terms-fields.tsx';
import type { TypedDraw, WrongDraw } from './typed-draw.ts';

export function DrawForm({
  typed,
  wrong,
  availableFen,
  onChange,
}: {
  typed: TypedDraw;
  wrong: readonly WrongDraw[];
  availableFen: bigint;
  onChange: (next: Partial<TypedDraw>) => void;
}) {
  const { t } = useTranslation();
  /** Nothing is called wrong before something was typed there. */
  const field = (name: keyof TypedDraw, label: string, told: string, unit?: string) => {
    const isWrong = typed[name] !== '' && wrong.some((one) => one === name || (one === 'over' && name === 'amount'));
    return {
      id: `draw-${name}`,
      label,
      value: typed[name],
      isWrong,
      hint: isWrong ? told : undefined,
      onChange: (value: string) => onChange({ [name]: value }),
      ...(unit === undefined ? {} : { unit }),
    };
  };
  const amountTold = wrong.includes('over')
    ? t('facility.form.amountOver', { available: yuan(availableFen) })
    : t('calculator.wrong.amount');
  return (
    <div className="typed-grid draw-form">
      <div className="whole">
        <TypedField {...field('amount', t('facility.form.amount'), amountTold, t('unit.yuan'))} autoFocus />
      </div>
      <TermsFields id="draw" typed={typed} wrong={wrong} onChange={onChange} />
      <div className="whole">
        <TypedField {...field('account', t('facility.form.account'), t('facility.form.accountWrong'))} decimal={false} />
      </div>
      <div className="whole">
        <TypedField {...field('accountName', t('facility.form.accountName'), t('facility.form.accountName'))} decimal={false} />
      </div>
      <div className="whole">
        <TypedField {...field('purpose', t('facility.form.purpose'), t('facility.form.purposeWrong'))} decimal={false} />
      </div>
    </div>
  );
}

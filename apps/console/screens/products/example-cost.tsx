import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { costOfDraw, type Draw, type DrawCost, type Terms } from '#core/product/index.ts';
import type { ProductPage } from '#modules/product/contract.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import { Section } from '../../parts/page.tsx';
import { readDraw, usualDraw, type TypedDraw } from './example-draw.ts';
import { saidCode, type Saying } from './said.ts';

/** What a draw on these terms would cost, in words and item by item. */
export function ExampleCost({ terms, page, on, saying }: { terms: Terms; page: ProductPage; on: string; saying: Saying }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<TypedDraw>(() => usualDraw(terms));
  const draw = readDraw(typed, terms, on);
  const change = (next: Partial<TypedDraw>): void => setTyped({ ...typed, ...next });
  return (
    <Section title={t('products.cost')} note={t('products.costNote')} className="example-cost">
      <div className="typed-grid">
        <TypedField
          id="draw-amount"
          label={t('products.costAmount')}
          unit={t('unit.yuan')}
          value={typed.amount}
          onChange={(amount) => change({ amount })}
        />
        <ChosenField
          id="draw-months"
          label={t('products.costMonths')}
          value={typed.months}
          options={terms.draw_months.map((one) => ({ value: String(one), text: t('products.months', { count: one }) }))}
          onChange={(months) => change({ months })}
        />
        <ChosenField
          id="draw-method"
          label={t('products.costMethod')}
          value={typed.method}
          options={terms.methods.map((one) => ({ value: one, text: saidCode('methods', one, saying) }))}
          onChange={(method) => change({ method })}
        />
        <TypedField id="draw-rate" label={t('products.costRate')} unit="%" value={typed.rate} onChange={(rate) => change({ rate })} />
      </div>
      {draw === null ? (
        <p className="bad sm">{t('products.costWrong')}</p>
      ) : (
        <Reckoned terms={terms} page={page} draw={draw} saying={saying} />
      )}
    </Section>
  );
}

function Reckoned({ terms, page, draw, saying }: { terms: Terms; page: ProductPage; draw: Draw; saying: Saying }) {
  const { t } = useTranslation();
  const { lpr, lender } = page;
  // Without an LPR there is nothing to compare with; the cost itself does not depend on it.
  const market = useMemo(() => ({ lprPpm: BigInt(lpr?.one_year_ppm ?? 0), lender }), [lpr, lender]);
  const cost = useMemo(() => costOfDraw(terms, draw, market), [terms, draw, market]);
  if ('refused' in cost) return <p className="bad sm">{t('products.costRefused')}</p>;
  return (
    <>
      <Said cost={cost} draw={draw} isCompared={lpr !== null} />
      <Items cost={cost} saying={saying} />
    </>
  );
}

function Said({ cost: { lines, statement }, draw, isCompared }: { cost: DrawCost; draw: Draw; isCompared: boolean }) {
  const { t } = useTranslation();
  const interest = lines.reduce((sum, line) => sum + line.interestFen, 0n);
  const fees = statement.totalFen - interest;
  const [first, last] = [lines[0], lines.at(-1)].map((line) => (line === undefined ? 0n : line.principalFen + line.interestFen));
  return (
    <p className="cost-said">
      <b>{t('products.costSaid', { amount: yuan(draw.amountFen), months: draw.months, interest: yuan(interest) })}</b>
      {fees > 0n && t('products.costFees', { fees: yuan(fees) })}
      {t('products.costYear', { irr: percentOfPpm(Number(statement.yearly.irrPpm)) })}{' '}
      {lines.length > 1 && <span className="t2">{t('products.costFirst', { first: yuan(first), last: yuan(last) })}</span>}
      {isCompared && statement.isAlerted && <span className="tag warn">{t('products.costAlert')}</span>}
    </p>
  );
}

function Items({ cost: { statement }, saying: { t, language } }: { cost: DrawCost; saying: Saying }) {
  return (
    <table className="dt flush" aria-label={t('products.cost')}>
      <thead>
        <tr>
          <th>{t('products.costItem')}</th>
          <th className="num">
            {t('products.costMoney')}
            <span className="unit">，{t('unit.yuan')}</span>
          </th>
          <th className="num">
            {t('products.costYearly')}
            <span className="unit">，%</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {statement.items.map((item) => (
          <tr key={item.name.en}>
            <td className="wrap">
              {item.name[language]}
              <small>{item.standard[language]}</small>
            </td>
            <td className="num">{yuan(item.amountFen)}</td>
            <td className="num">{percentOfPpm(Number(item.yearly.irrPpm))}</td>
          </tr>
        ))}
        {statement.contingencies.map((one) => (
          <tr key={one.name.en}>
            <td className="wrap" colSpan={3}>
              <span className="t3">{t('products.costLate')}</span> {one.name[language]}
              <small>
                {one.when[language]}；{one.standard[language]}
              </small>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{t('products.costSum')}</td>
          <td className="num">{yuan(statement.totalFen)}</td>
          <td className="num">{percentOfPpm(Number(statement.yearly.irrPpm))}</td>
        </tr>
      </tfoot>
    </table>
  );
}

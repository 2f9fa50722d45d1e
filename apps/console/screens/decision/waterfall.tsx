import { useTranslation } from 'react-i18next';
import type { WaterfallStep } from '#modules/strategy/contract.ts';
import { percentOfPpm, signed, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { Empty } from '../../parts/states.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { layBars, type Bar } from './waterfall-bars.ts';

type Kind = 'limit' | 'rate';
const writers = { limit: (text: string): string => wan(text), rate: (text: string): string => percentOfPpm(Number(text)) } as const;

const isCap = (step: WaterfallStep): boolean => step.kind === 'cap' || step.kind === 'floor';

/** An adjustment of nothing, or a cap that the strategy says is not set here. A cap that is unknown says nothing and stays. */
function isIdle(step: WaterfallStep): boolean {
  if (step.kind === 'adjust') return step.delta !== null && BigInt(step.delta) === 0n;
  return isCap(step) && step.cap === null && step.note !== '' && !step.touched;
}

function styleOf(step: WaterfallStep, rises: boolean): string {
  if (step.kind === 'result') return 'res';
  if (step.kind === 'base' || step.kind === 'subtotal') return 'total';
  if (step.binding) return 'bind';
  if (isCap(step) && !step.touched) return 'cap';
  return rises ? 'plus' : 'minus';
}

/** Green favours the customer: a higher limit, a lower rate. */
function tintOf(kind: Kind, style: string): string {
  if (kind === 'limit' || (style !== 'plus' && style !== 'minus')) return style;
  return style === 'plus' ? 'minus' : 'plus';
}

function useTitle(kind: Kind, steps: readonly WaterfallStep[]): { title: string; note: string } {
  const { t } = useTranslation();
  const write = writers[kind];
  const binding = steps.find((step) => step.binding);
  const result = steps.findLast((step) => step.kind === 'result');
  const base = steps.find((step) => step.kind === 'base');
  const amount = result?.amount ?? null;
  if (amount === null) return { title: t(`decision.${kind}Title`), note: '' };
  if (kind === 'rate') {
    const above = base?.amount === null || base?.amount === undefined ? null : Number(amount) - Number(base.amount);
    return {
      title:
        above === null
          ? t('decision.rateTitle')
          : t('decision.rateAbove', { base: base?.label[spoken()] ?? '', points: percentOfPpm(above) }),
      note: '',
    };
  }
  if (binding === undefined) return { title: t('decision.limitFree', { amount: write(amount) }), note: '' };
  const before = binding.delta === null || binding.amount === null ? null : String(BigInt(binding.amount) - BigInt(binding.delta));
  return {
    title: t('decision.limitBound', { cap: binding.label[spoken()], amount: write(amount) }),
    note: before === null ? '' : t('decision.limitUnbound', { amount: write(before) }),
  };
}

export function Waterfall({ kind, steps }: { kind: Kind; steps: readonly WaterfallStep[] }) {
  const { t } = useTranslation();
  const { title, note } = useTitle(kind, steps);
  const idle = steps.filter(isIdle);
  const bars = layBars(steps.filter((step) => !isIdle(step)));
  return (
    <Section
      className={kind === 'rate' ? 'price' : ''}
      title={title}
      note={note}
      right={kind === 'limit' ? t('unit.wan') : t('unit.percentYear')}
    >
      {steps.length === 0 ? (
        <Empty title={t(`decision.no.${kind}`)} inside>
          {t('decision.no.why')}
        </Empty>
      ) : (
        <ol className="wf">
          {bars.map((bar, index) => (
            <Step key={`${bar.step.id}-${index}`} kind={kind} bar={bar} />
          ))}
          {idle.length > 0 && (
            <li className="idle">
              <span className="n">{t('decision.idle', { count: idle.length })}</span>
              <span className="rd" title={idle.map((step) => `${step.label[spoken()]} ${step.note}`).join('\n')}>
                {idle.map((step) => step.label[spoken()]).join(t('list.comma'))}
              </span>
            </li>
          )}
        </ol>
      )}
    </Section>
  );
}

function Step({ kind, bar }: { kind: Kind; bar: Bar }) {
  const { t } = useTranslation();
  const { step } = bar;
  const write = writers[kind];
  const style = styleOf(step, bar.rises);
  const untouched = isCap(step) && !step.touched;
  const change = untouched
    ? step.cap === null
      ? t('decision.capUnknown')
      : t('decision.untouched')
    : step.delta === null || step.kind === 'base' || step.kind === 'result'
      ? ''
      : signed(write(step.delta));
  const note = step.note === '' && step.cap !== null ? write(step.cap) : step.note;
  return (
    <li className={style}>
      <span className="n" title={step.label[spoken()]}>
        {step.label[spoken()]}
      </span>
      <span className="rd" title={note}>
        {note}
        {step.binding && <span className="tag ink">{t('decision.binding')}</span>}
      </span>
      <span className="track" aria-hidden="true">
        {bar.length > 0 && !untouched && <i className={tintOf(kind, style)} style={{ left: `${bar.from}%`, width: `${bar.length}%` }} />}
        {bar.cap !== null && isCap(step) && <b className={step.binding ? 'cap on' : 'cap'} style={{ left: `${bar.cap}%` }} />}
        {bar.capBeyond && <em>›</em>}
        {step.kind !== 'result' && <u style={{ left: `${bar.end}%` }} />}
      </span>
      <span className="d num">{change}</span>
      <span className="v num">{step.amount === null ? <Unknown /> : write(step.amount)}</span>
    </li>
  );
}

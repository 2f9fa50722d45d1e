/** An amount by large keys, in whole yuan, always with its reading beside it so that a zero too many is heard and seen. */
import { useWords } from '../words/index.tsx';
import { readAloud, readInEnglish, shortYuan, wanAndRest } from '../format.ts';
import { digitsOf, keys, press, step } from '../typed-amount.ts';
import type { AmountFault, Key } from '../typed-amount.ts';
import { Icon } from './icons.tsx';
import { Wrong } from './notice.tsx';

export interface Bounds {
  readonly least: bigint | null;
  readonly most: bigint | null;
}

export function useAmountFault(bounds: Bounds): (fault: AmountFault) => string {
  const { words } = useWords();
  const tell = useAmountWords();
  return (fault) => {
    if (fault === 'too_small') return words.amountSmall(tell(bounds.least ?? 0n));
    if (fault === 'too_large') return words.amountLarge(tell(bounds.most ?? 0n));
    return words.amountEmpty;
  };
}

/** `30 万元`, or `300,000 yuan`. */
export function useAmountWords(): (fen: bigint) => string {
  const { language } = useWords();
  return (fen) => (language === 'zh' ? wanAndRest(fen / 100n) : `${shortYuan(fen.toString())} yuan`);
}

export function AmountKeys({
  typed,
  onType,
  bounds,
  wrong,
}: {
  typed: string;
  onType: (typed: string) => void;
  bounds: Bounds;
  wrong: string | null;
}) {
  const { words, language } = useWords();
  const whole = typed === '' ? 0n : BigInt(typed);
  const isTooLarge = bounds.most !== null && whole * 100n > bounds.most;
  return (
    <div className="amount-entry">
      <div className="amount-line">
        <button type="button" className="step" onClick={() => onType(step(typed, -1, bounds))} aria-label={words.less}>
          <Icon of="minus" />
        </button>
        <label className="amount-typed">
          <span className="unseen">{words.amountLabel}</span>
          <input
            inputMode="none"
            autoComplete="off"
            value={typed === '' ? '' : shortYuan((whole * 100n).toString())}
            placeholder="0"
            size={8}
            onChange={(event) => onType(digitsOf(event.target.value))}
            aria-describedby="amount-says amount-wrong"
            aria-invalid={wrong !== null}
          />
          <span>{words.yuan}</span>
        </label>
        <button type="button" className="step" onClick={() => onType(step(typed, 1, bounds))} aria-label={words.more}>
          <Icon of="plus" />
        </button>
      </div>
      <p id="amount-says" className={isTooLarge ? 'amount-says amount-says--much' : 'amount-says'} aria-live="polite">
        {typed === '' ? (
          <Range bounds={bounds} />
        ) : language === 'zh' ? (
          <>
            <b>{wanAndRest(whole)}</b>
            <span>{words.amountSays(readAloud(whole))}</span>
          </>
        ) : (
          <b>{words.amountSays(readInEnglish(whole))}</b>
        )}
      </p>
      <Wrong id="amount-wrong">{wrong}</Wrong>
      <div className="keys">
        {keys.map((key) => (
          <button
            key={key}
            type="button"
            className="key"
            onClick={() => onType(press(typed, key))}
            aria-label={key === 'back' ? words.keyBack : undefined}
          >
            <KeyFace of={key} />
          </button>
        ))}
      </div>
    </div>
  );
}

function KeyFace({ of }: { of: Key }) {
  const { words } = useWords();
  if (of === 'back') return <Icon of="erase" />;
  return <>{of === 'wan' ? words.keyWan : of}</>;
}

function Range({ bounds: { least, most } }: { bounds: Bounds }) {
  const { words } = useWords();
  const tell = useAmountWords();
  if (least !== null && most !== null) return <span>{words.between(tell(least), tell(most))}</span>;
  if (most !== null) return <span>{words.atMost(tell(most))}</span>;
  return least === null ? null : <span>{words.atLeast(tell(least))}</span>;
}

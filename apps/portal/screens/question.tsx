import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Answers } from '../api.ts';
import type { Acting } from '../application.tsx';
import { AmountKeys, useAmountFault } from '../parts/amount-keys.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { Wrong } from '../parts/notice.tsx';
import { amountOf } from '../typed-amount.ts';
import { useWords } from '../words/index.tsx';
import { useUnit } from './asked.ts';
import type { Asked } from './asked.ts';

interface QuestionProps {
  asked: Asked;
  place: number;
  of: number;
  acting: Acting;
  onAnswer: (value: Answers[string]) => void;
}

export function QuestionScreen(props: QuestionProps) {
  switch (props.asked.kind) {
    case 'choice':
    case 'yes_no':
      return <Choice {...props} />;
    case 'several':
      return <Several {...props} />;
    case 'amount':
      return <Amount {...props} />;
    case 'number':
    case 'text':
    case 'day':
      return <Typed {...props} />;
  }
}

/** The question, why it is asked, and a way past it where an answer is not needed. */
function Asking({ asked, place, of, acting, onAnswer, onNext, children }: QuestionProps & { onNext?: () => void; children: ReactNode }) {
  const { words, say } = useWords();
  return (
    <Frame
      title={say(asked.title)}
      why={
        <>
          {asked.why !== null && (
            <>
              {say(asked.why)}
              <br />
            </>
          )}
          {words.questionOf(place, of)}
        </>
      }
      acting={acting}
      dock={
        onNext === undefined && !asked.is_optional ? undefined : (
          <>
            {onNext && (
              <Go onPress={onNext} isBusy={acting.isBusy}>
                {words.next}
              </Go>
            )}
            {asked.is_optional && <Quiet onPress={() => onAnswer(null)}>{words.skip}</Quiet>}
          </>
        )
      }
    >
      {children}
    </Frame>
  );
}

/** One press answers and goes on. */
function Choice(props: QuestionProps) {
  const { words, say } = useWords();
  const { asked, onAnswer, acting } = props;
  const [chosen, choose] = useState(asked.answer);
  const options =
    asked.kind === 'yes_no'
      ? [
          { value: true, label: words.yes },
          { value: false, label: words.no },
        ]
      : asked.options.map(({ value, label }) => ({ value, label: say(label) }));
  const press = (value: string | boolean): void => {
    choose(value);
    onAnswer(value);
  };
  return (
    <Asking {...props}>
      <ul className="options">
        {options.map(({ value, label }) => (
          <li key={label}>
            <button type="button" aria-pressed={chosen === value} aria-disabled={acting.isBusy} onClick={() => press(value)}>
              {label}
              <Icon of={chosen === value ? 'check' : 'onward'} />
            </button>
          </li>
        ))}
      </ul>
    </Asking>
  );
}

function Several(props: QuestionProps) {
  const { words, say } = useWords();
  const { asked, onAnswer } = props;
  const [chosen, choose] = useState<readonly string[]>(Array.isArray(asked.answer) ? asked.answer : []);
  const [isEmpty, setEmpty] = useState(false);
  const turn = (value: string): void =>
    choose((before) => (before.includes(value) ? before.filter((one) => one !== value) : [...before, value]));
  const next = (): void => {
    setEmpty(chosen.length === 0);
    if (chosen.length > 0) onAnswer([...chosen]);
  };
  return (
    <Asking {...props} onNext={next}>
      <ul className="options">
        {asked.options.map(({ value, label }) => (
          <li key={value}>
            <button type="button" role="checkbox" aria-checked={chosen.includes(value)} onClick={() => turn(value)}>
              {say(label)}
              {chosen.includes(value) ? <Icon of="check" /> : <span className="i" />}
            </button>
          </li>
        ))}
      </ul>
      <Wrong id="several-wrong">{isEmpty && chosen.length === 0 ? words.chooseSome : null}</Wrong>
    </Asking>
  );
}

function Amount(props: QuestionProps) {
  const { asked, onAnswer } = props;
  const bounds = { least: bigOf(asked.minimum), most: bigOf(asked.maximum) };
  const tell = useAmountFault(bounds);
  const [typed, type] = useState(typeof asked.answer === 'number' ? String(Math.trunc(asked.answer / 100)) : '');
  const [isPressed, press] = useState(false);
  const found = amountOf(typed, bounds);
  const next = (): void => {
    press(true);
    // The contract's answers are integers in fen; the form's highest amount is far below what a number holds exactly.
    if (found.ok) onAnswer(Number(found.fen));
  };
  return (
    <Asking {...props} onNext={next}>
      <AmountKeys typed={typed} onType={type} bounds={bounds} wrong={isPressed && !found.ok ? tell(found.fault) : null} />
    </Asking>
  );
}

const bigOf = (bound: number | null): bigint | null => (bound === null ? null : BigInt(bound));

function Typed(props: QuestionProps) {
  const { words } = useWords();
  const unit = useUnit();
  const { asked, onAnswer } = props;
  const [typed, type] = useState(asked.answer === null ? '' : String(asked.answer));
  const [isPressed, press] = useState(false);
  const value = asked.kind === 'number' ? wholeOf(typed, asked) : typed.trim() === '' ? null : typed.trim();
  const wrong = asked.kind === 'number' ? words.numberBad(String(asked.minimum ?? 0), String(asked.maximum ?? '')) : words.typeHere;
  const next = (): void => {
    press(true);
    if (value !== null) onAnswer(value);
  };
  return (
    <Asking {...props} onNext={next}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        <label className="field">
          <span>
            {asked.kind === 'number'
              ? words.between(String(asked.minimum ?? 0), `${asked.maximum ?? ''} ${unit(asked)}`.trim())
              : words.typeHere}
          </span>
          <span className="with-unit">
            <input
              type={asked.kind === 'day' ? 'date' : 'text'}
              inputMode={asked.kind === 'number' ? 'numeric' : 'text'}
              className={asked.kind === 'number' ? 'figures' : ''}
              value={typed}
              maxLength={asked.kind === 'number' ? 9 : 200}
              onChange={(event) =>
                type(asked.kind === 'number' ? event.target.value.normalize('NFKC').replaceAll(/\D/g, '') : event.target.value)
              }
              aria-invalid={isPressed && value === null}
              aria-describedby="typed-wrong"
            />
            {unit(asked)}
          </span>
        </label>
        <Wrong id="typed-wrong">{isPressed && value === null ? wrong : null}</Wrong>
      </form>
    </Asking>
  );
}

function wholeOf(typed: string, { minimum, maximum }: Asked): number | null {
  if (typed === '') return null;
  const whole = Number(typed);
  return whole >= (minimum ?? 0) && (maximum === null || whole <= maximum) ? whole : null;
}

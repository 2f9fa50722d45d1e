/** The product's questions, one a screen; each answer is sent as it is given, so that leaving loses nothing. */
import { useEffect } from 'react';
import { bank } from '../api.ts';
import type { Answers, Application } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { useAmountWords } from '../parts/amount-keys.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { open, swap, usePlace } from '../router.ts';
import { useWords } from '../words/index.tsx';
import { useUnit } from './asked.ts';
import type { Asked } from './asked.ts';
import { QuestionScreen } from './question.tsx';

const asksOf = ({ questions, supplement }: Application): readonly Asked[] => questions?.items ?? supplement?.items ?? [];
const isOpen = ({ answer, is_optional: isOptional }: Asked): boolean => answer === null && !isOptional;

export function Questions() {
  const application = useApplication();
  const { item } = usePlace();
  const asks = asksOf(application);
  const named = asks.find(({ name }) => name === item);
  const shown = named ?? asks.find(isOpen);
  const isUnnamed = shown !== undefined && named === undefined;
  // The address names the question, so that Back finds it again once it is answered.
  useEffect(() => {
    if (isUnnamed) swap('questions', shown.name);
  }, [isUnnamed, shown]);
  if (!shown) return <Review />;
  return <Question key={shown.name} shown={shown} />;
}

function Question({ shown }: { shown: Asked }) {
  const application = useApplication();
  const acting = useAct();
  const asks = asksOf(application);
  const place = asks.findIndex(({ name }) => name === shown.name);

  const answer = async (value: Answers[string]): Promise<void> => {
    let next: Application | null = null;
    const isDone = await acting.run(async () => (next = await bank.answer({ [shown.name]: value })));
    if (isDone && next !== null) goOn(next, shown.name);
  };
  return <QuestionScreen asked={shown} place={place + 1} of={asks.length} acting={acting} onAnswer={(value) => void answer(value)} />;
}

/** To the next question that was not seen, in the order of the form as it is now; when all are done, to the look back. */
function goOn(application: Application, answered: string): void {
  const asks = asksOf(application);
  const place = asks.findIndex(({ name }) => name === answered);
  const after = asks.slice(place + 1);
  const next = asks.some(isOpen)
    ? (after.find(({ answer }) => answer === null) ?? asks.find(isOpen))
    : after.find(({ answer }) => answer === null);
  if (next) open('questions', next.name);
  else open(application.step === 'supplement' ? 'supplement' : 'review');
}

export function Review() {
  const { words } = useWords();
  const application = useApplication();
  const acting = useAct();
  const missing = asksOf(application).find(isOpen);
  const submit = (): void => {
    if (missing) open('questions', missing.name);
    else void acting.run(() => bank.submit());
  };
  return (
    <Frame
      title={words.reviewTitle}
      why={words.reviewWhy}
      acting={acting}
      dock={
        <>
          <Go onPress={submit} isBusy={acting.isBusy}>
            {missing ? words.goOn : words.submit}
          </Go>
          <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
        </>
      }
    >
      <AnswerList items={asksOf(application)} />
      <p className="foot">{words.submitNote}</p>
    </Frame>
  );
}

/** What the bank wrote that it still needs, above the answers so far. */
export function Supplement() {
  const { words } = useWords();
  const application = useApplication();
  const acting = useAct();
  return (
    <Frame
      title={words.supplementTitle}
      acting={acting}
      dock={
        <Go onPress={() => void acting.run(() => bank.supplement())} isBusy={acting.isBusy}>
          {words.supplementSend}
        </Go>
      }
    >
      <p className="why">{application.supplement?.text}</p>
      <AnswerList items={asksOf(application)} />
    </Frame>
  );
}

function AnswerList({ items }: { items: readonly Asked[] }) {
  const { words, say } = useWords();
  const told = useAnswerWords();
  return (
    <ul className="answers">
      {items.map((asked) => (
        <li key={asked.name}>
          <button type="button" onClick={() => open('questions', asked.name)} aria-label={words.changeOf(say(asked.title))}>
            <span>
              {say(asked.title)}
              <b>{told(asked)}</b>
            </span>
            <em>{words.change}</em>
            <Icon of="onward" small />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** An answer as the person would say it. */
function useAnswerWords(): (asked: Asked) => string {
  const { words, say } = useWords();
  const amount = useAmountWords();
  const unit = useUnit();
  return (asked) => {
    const { answer, kind, options } = asked;
    const label = (value: string): string => {
      const option = options.find((one) => one.value === value);
      return option ? say(option.label) : value;
    };
    if (answer === null) return words.notAnswered;
    if (typeof answer === 'boolean') return answer ? words.yes : words.no;
    if (typeof answer === 'number') return kind === 'amount' ? amount(BigInt(answer)) : `${answer} ${unit(asked)}`.trim();
    return Array.isArray(answer) ? answer.map(label).join(words.listJoin) : label(answer);
  };
}

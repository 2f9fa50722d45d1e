import { useEffect, useRef, useState } from 'react';
import { answerFaults, readForm } from '#core/product/index.ts';
import { bank, refusedOf } from './bank.ts';
import type { ReviewSession, ReviewSheet } from './bank.ts';
import { answerOf, blank, finished, newId, withDraft } from './kept.ts';
import type { Draft } from './kept.ts';
import { Lockbar } from './lockbar.tsx';
import { useOutbox } from './outbox.ts';
import { PersonForm } from './person-form.tsx';
import { dotsOf, householdsOf, isDone, nextOpen, stepsOf } from './way.ts';
import type { Step } from './way.ts';
import { Who } from './who.tsx';
import { said, words } from './words.ts';

const mostDots = 18;

export function Walk({
  session,
  sheet,
  onGone,
  onSignedOut,
}: {
  session: ReviewSession;
  sheet: ReviewSheet;
  onGone: () => void;
  onSignedOut: () => void;
}) {
  const outbox = useOutbox({ reviewerId: session.reviewer_id, csrf: session.csrf, say: said }, onSignedOut);
  const { kept, change } = outbox;
  const steps = stepsOf(sheet, outbox.over);
  const [at, setAt] = useState(() => nextOpen(steps, kept, 0) ?? steps.length);
  const waiting = Object.keys(kept.waiting).length;
  const leave = async (): Promise<string | null> => {
    try {
      await bank.leave(session.csrf);
      onGone();
      return null;
    } catch (fault) {
      const refused = refusedOf(fault);
      if (refused.code === 'review_signed_out') onGone();
      return refused.words ?? (refused.code === 'network' ? words.noSignal : words.fault);
    }
  };
  const step = steps[at];
  const finish = (done: Step, draft: Draft): void => {
    const answer = answerOf(draft, {
      id: newId(),
      round: done.group.round,
      personId: done.person.person_id,
      at: new Date().toISOString(),
    });
    if (answer === null) return;
    change((now) => finished(now, done.key, answer));
    setAt(nextOpen(steps, { ...kept, waiting: { ...kept.waiting, [done.key]: answer } }, at) ?? steps.length);
  };
  return (
    <main className="phone">
      <Lockbar session={session} waiting={waiting} hasSignal={outbox.hasSignal} onLeave={leave} />
      {step === undefined ? (
        <div className="plain">
          <h1>{steps.length === 0 ? words.nothingAsked : words.done}</h1>
          <p>{steps.length === 0 ? words.nothingAskedSays : session.is_handed_over ? words.doneSays : words.doneSaysOwn}</p>
          {waiting > 0 && <p>{words.unsent(waiting)}</p>}
        </div>
      ) : (
        <Person
          key={step.key}
          step={step}
          sheet={sheet}
          draft={kept.drafts[step.key] ?? blank}
          isDone={isDone(step, kept)}
          refusal={outbox.refusals.get(step.key)?.says ?? null}
          dots={{ list: dotsOf(steps, kept, at, mostDots), at: step.householdAt + 1, of: householdsOf(steps) }}
          isLastOfHousehold={steps[at + 1]?.householdAt !== step.householdAt}
          onDraft={(draft) => change((now) => withDraft(now, step.key, draft))}
          onBack={at === 0 ? null : () => setAt(at - 1)}
          onSkip={() => setAt(Math.min(at + 1, steps.length))}
          onFinish={(draft) => finish(step, draft)}
        />
      )}
    </main>
  );
}

function Person({
  step,
  sheet,
  draft,
  isDone: isAnswered,
  refusal,
  dots,
  isLastOfHousehold,
  onDraft,
  onBack,
  onSkip,
  onFinish,
}: {
  step: Step;
  sheet: ReviewSheet;
  draft: Draft;
  isDone: boolean;
  refusal: string | null;
  dots: { readonly list: ReturnType<typeof dotsOf>; readonly at: number; readonly of: number };
  isLastOfHousehold: boolean;
  onDraft: (draft: Draft) => void;
  onBack: (() => void) | null;
  onSkip: () => void;
  onFinish: (draft: Draft) => void;
}) {
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const spent = useSeconds();
  const scroll = useRef<HTMLDivElement>(null);
  const finish = (): void => {
    const faults = faultsOf(sheet, draft);
    setWrong(faults);
    if (faults.length === 0) return onFinish({ ...draft, seconds: draft.seconds + spent() });
    scroll.current?.querySelector(`[data-question="${faults[0]}"]`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <>
      <Who step={step} />
      <div className="scroll" ref={scroll}>
        {isAnswered ? (
          <p className="quiet">{words.answered}</p>
        ) : (
          <PersonForm sheet={sheet} draft={draft} wrong={wrong} onDraft={onDraft} />
        )}
      </div>
      <div className="dock">
        {refusal !== null && !isAnswered && (
          <p className="bad" role="alert">
            {refusal}
          </p>
        )}
        {wrong.length > 0 && (
          <p className="bad" role="alert">
            {words.missing}
          </p>
        )}
        <div className="dots" role="img" aria-label={words.household(dots.at, dots.of)}>
          {dots.list.map((dot, index) => (
            <i key={index} className={dot.state} />
          ))}
          <b>{words.household(dots.at, dots.of)}</b>
        </div>
        <div className="acts">
          <button type="button" className="big" disabled={onBack === null} onClick={() => onBack?.()}>
            {words.back}
          </button>
          {isAnswered ? (
            <button type="button" className="big go" onClick={onSkip}>
              {words.skip}
            </button>
          ) : (
            <button type="button" className="big go" disabled={draft.knows === null} onClick={finish}>
              {dots.at === dots.of && isLastOfHousehold ? words.lastOne : isLastOfHousehold ? words.next : words.nextPerson}
            </button>
          )}
        </div>
      </div>
    </>
  );
}

/** The same rules as the bank's, asked before anything is sent. */
function faultsOf(sheet: ReviewSheet, draft: Draft): string[] {
  if (draft.knows !== 'yes') return draft.knows === null ? ['knows'] : [];
  const read = readForm(sheet.form);
  const faults = 'form' in read ? answerFaults(read.form, draft.answers).map((fault) => fault.place) : [];
  return draft.suggestedFen === null ? [...faults, 'suggested_fen'] : faults;
}

/** How long the person has been on the screen; a dark screen does not count. */
function useSeconds(): () => number {
  const shown = useRef({ since: 0, before: 0 });
  useEffect(() => {
    const clock = shown.current;
    clock.since = performance.now();
    const change = (): void => {
      if (document.visibilityState === 'hidden') clock.before += performance.now() - clock.since;
      else clock.since = performance.now();
    };
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, []);
  return () => (shown.current.before + performance.now() - shown.current.since) / 1000;
}

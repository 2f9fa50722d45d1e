/** Which screen is open: the bank says the step, the address says where in it the reader is. */
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { ComponentType } from 'react';
import type { Application } from './api.ts';
import { useStanding } from './application.tsx';
import { Frame } from './parts/frame.tsx';
import { useProblemWords } from './parts/notice.tsx';
import { Go } from './parts/buttons.tsx';
import { restart, swap, usePlace } from './router.ts';
import { homes } from './steps.ts';
import type { Step } from './steps.ts';
import { Code, Phone } from './screens/enter.tsx';
import { NoCode, Welcome } from './screens/welcome.tsx';
import { useWords } from './words/index.tsx';

// The first screens are there at once; what comes later is fetched while somebody waits for a code.
const applying = () => import('./screens/applying.ts');
const borrowing = () => import('./screens/borrowing.ts');
const later = <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));

const Progress = later(applying, 'Progress');
const Leave = later(applying, 'Leave');
const Identity = later(applying, 'Identity');
const Consents = later(applying, 'Consents');
const Face = later(applying, 'Face');
const Questions = later(applying, 'Questions');
const Review = later(applying, 'Review');
const Deciding = later(applying, 'Deciding');
const Manual = later(applying, 'Manual');
const Supplement = later(applying, 'Supplement');
const Declined = later(applying, 'Declined');
const Closed = later(applying, 'Closed');
const Offer = later(borrowing, 'Offer');
const Papers = later(borrowing, 'Papers');
const Signing = later(borrowing, 'Signing');
const Loans = later(borrowing, 'Loans');
const Draw = later(borrowing, 'Draw');
const Repay = later(borrowing, 'Repay');

/** The screens of each step. */
const screens: Readonly<Record<Step, Readonly<Record<string, ComponentType>>>> = {
  identity: { identity: Identity },
  consents: { consents: Consents },
  face: { face: Face },
  questions: { questions: Questions, review: Review },
  deciding: { deciding: Deciding },
  manual: { manual: Manual },
  supplement: { supplement: Supplement, questions: Questions },
  offer: { offer: Offer },
  declined: { declined: Declined },
  papers: { papers: Papers },
  signing: { signing: Signing },
  ready: { loans: Loans, draw: Draw, repay: Repay },
  closed: { closed: Closed },
};
const always: Readonly<Record<string, ComponentType>> = { progress: Progress, leave: Leave };
const outside: Readonly<Record<string, ComponentType>> = { '': Welcome, phone: Phone, code: Code };

export function Screen() {
  const { application, code, isOpening, problem } = useStanding();
  const { screen } = usePlace();
  useStepAhead(application);
  useRightPlace(application, screen, isOpening);
  if (problem !== null) return <Unopened />;
  if (code === null && application === null && !isOpening) return <NoCode />;
  const Shown = application === null || screen === '' ? outside[screen] : (screens[application.step][screen] ?? always[screen]);
  return <Suspense fallback={<Opening />}>{Shown === undefined || (isOpening && screen !== '') ? <Opening /> : <Shown />}</Suspense>;
}

/** When the bank has gone on to another step, so does the page, leaving what belonged to the one before. */
function useStepAhead(application: Application | null): void {
  const before = useRef<Step | null>(null);
  const step = application?.step ?? null;
  useEffect(() => {
    if (step !== null && before.current !== null && step !== before.current) void restart(homes[step]);
    before.current = step;
  }, [step]);
}

/** An address that the step does not have, typed or kept from long ago, leads to where the application stands. */
function useRightPlace(application: Application | null, screen: string, isOpening: boolean): void {
  useEffect(() => {
    if (isOpening) return;
    if (application === null) {
      if (outside[screen] === undefined) swap('');
      return;
    }
    const isKnown = screen === '' || screens[application.step][screen] !== undefined || always[screen] !== undefined;
    if (!isKnown && outside[screen] === undefined) swap(homes[application.step]);
  }, [application, screen, isOpening]);
}

function Opening() {
  const { words } = useWords();
  return (
    <div className="phone">
      <p className="opening" role="status">
        {words.opening}
      </p>
    </div>
  );
}

/** The first answer did not come, or the code is no longer valid: what happened and what to do. */
function Unopened() {
  const { words } = useWords();
  const { problem, reopen } = useStanding();
  const tell = useProblemWords();
  return <Frame title={problem === null ? '' : tell(problem)} above={null} dock={<Go onPress={reopen}>{words.again}</Go>} />;
}

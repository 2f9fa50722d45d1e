/** How far the application is, how to stop, and what it has become when it is over. */
import { useState } from 'react';
import { bank } from '../api.ts';
import { useAct, useApplication, useStanding } from '../application.tsx';
import { Go, Other, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { open, openStep, restart, swap } from '../router.ts';
import { homes } from '../steps.ts';
import { useWords } from '../words/index.tsx';

/** Above every step: Back from a step's first screen ends here, and so does coming back after days. */
export function Progress() {
  const { words } = useWords();
  const { progress, step } = useApplication();
  const stages = words.stages.slice(0, progress.of);
  return (
    <Frame
      title={words.progressTitle}
      above=""
      dock={
        <>
          <Go onPress={() => openStep(homes[step])}>{words.goOn}</Go>
          {step !== 'ready' && step !== 'declined' && step !== 'closed' && <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>}
        </>
      }
    >
      <ol className="stages">
        {stages.map((stage, index) => (
          <li key={stage} className={index < progress.done ? 'done' : index === progress.done ? 'now' : ''}>
            <i className={index < progress.done ? `s${index + 1}` : ''} />
            <b>{stage}</b>
            <span>{index < progress.done ? words.progressDone : index === progress.done ? words.progressNow : ''}</span>
          </li>
        ))}
      </ol>
    </Frame>
  );
}

/** Two ways to stop, told apart: a pause that keeps everything, and taking the application back. */
export function Leave() {
  const { words } = useWords();
  const { leave } = useStanding();
  const { step } = useApplication();
  const acting = useAct();
  const [isSure, setSure] = useState(false);
  const pause = (): void =>
    void acting.run(async () => {
      await restart('progress');
      await leave();
      swap('');
    });
  if (isSure)
    return (
      <Frame
        title={words.withdrawSure}
        acting={acting}
        dock={
          <>
            <Other onPress={() => void acting.run(() => bank.withdraw({}))} disabled={acting.isBusy}>
              {words.withdrawYes}
            </Other>
            <Other onPress={() => setSure(false)}>{words.withdrawNo}</Other>
          </>
        }
      />
    );
  return (
    <Frame
      title={words.leaveTitle}
      why={words.leaveText}
      acting={acting}
      dock={<Go onPress={() => void restart(homes[step])}>{words.stayOn}</Go>}
    >
      <section className="block">
        <p>{words.pauseText}</p>
        <Other onPress={pause}>{words.pause}</Other>
      </section>
      <section className="block">
        <p>{words.withdrawText}</p>
        <Other onPress={() => setSure(true)}>{words.withdraw}</Other>
      </section>
    </Frame>
  );
}

export function Closed() {
  const { words } = useWords();
  const { leave } = useStanding();
  const { closed, as_of: asOf } = useApplication();
  const acting = useAct();
  const mayApply = closed === null || closed.reapply_on === null || closed.reapply_on <= asOf.slice(0, 10);
  const again = (): void =>
    void acting.run(async () => {
      await leave();
      swap('phone');
    });
  return (
    <Frame
      title={words.closedTitle[closed?.why ?? 'cancelled']}
      why={words.closedText}
      acting={acting}
      dock={
        mayApply ? (
          <Go onPress={again} isBusy={acting.isBusy}>
            {words.applyAgain}
          </Go>
        ) : undefined
      }
    >
      {!mayApply && closed?.reapply_on && <p className="why">{words.declinedFrom(closed.reapply_on)}</p>}
    </Frame>
  );
}

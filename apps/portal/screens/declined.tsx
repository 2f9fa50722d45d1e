import '../theme/borrowing.css';
import { useApplication } from '../application.tsx';
import { Frame, Person } from '../parts/frame.tsx';
import { useWords } from '../words/index.tsx';

/** Neutral: the reason, what can be done, a person. Nothing here is red. */
export function Declined() {
  const { words, say } = useWords();
  const { declined, name } = useApplication();
  if (declined === null) return null;
  const { reason, code, decided_on: decidedOn, ways, reapply_on: reapplyOn } = declined;
  return (
    <Frame
      title={name === null ? words.declinedTitleBare : words.declinedTitle(name)}
      why={reapplyOn === null ? words.declinedAgain : words.declinedFrom(reapplyOn)}
      hidesPerson
      dock={<Person asking={words.askPersonHere} isMain />}
    >
      <section className="reason">
        <h2>{words.reason}</h2>
        <p>{say(reason)}</p>
        <small>{words.decidedOn(decidedOn, code)}</small>
      </section>
      <section className="ways">
        <h2>{words.ways}</h2>
        <ol>
          {ways.map((way, index) => (
            <li key={way.title.zh}>
              <b aria-hidden="true">{index + 1}</b>
              <div>
                <h3>{say(way.title)}</h3>
                <p>{say(way.text)}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
      <p className="foot">{words.declinedNote}</p>
    </Frame>
  );
}

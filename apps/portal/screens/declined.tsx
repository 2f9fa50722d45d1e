import '../theme/borrowing.css';
import { useApplication } from '../application.tsx';
import { Frame, Person } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/index.tsx';

type Declined = NonNullable<ReturnType<typeof useApplication>['declined']>;

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
                <Way by={way.by} declined={declined} />
              </div>
            </li>
          ))}
        </ol>
      </section>
      <p className="foot">{words.declinedNote}</p>
    </Frame>
  );
}

/** What makes a way one that can be gone: a day, a place, a call. */
function Way({ by, declined }: { by: Declined['ways'][number]['by']; declined: Declined }) {
  switch (by) {
    case 'page':
      return <Again declined={declined} />;
    case 'branch':
      return <Branch branch={declined.branch} />;
    case 'call':
      return <Call />;
  }
}

function Again({ declined: { helps, reapply_on: reapplyOn } }: { declined: Declined }) {
  const { words, say } = useWords();
  return (
    <div className="way">
      {helps.length > 0 && (
        <>
          <h4>{words.helps}</h4>
          <ul>
            {helps.map((help) => (
              <li key={help.zh}>{say(help)}</li>
            ))}
          </ul>
        </>
      )}
      <p className="day">{reapplyOn === null ? words.againNow : words.againFrom(reapplyOn)}</p>
    </div>
  );
}

function Branch({ branch: { name, address, hours } }: { branch: Declined['branch'] }) {
  const { words, say } = useWords();
  return (
    <dl className="way">
      <dt>{words.branchAt}</dt>
      <dd>
        <b>{name}</b>
        {address !== null && (
          <>
            <br />
            {say(address)}
          </>
        )}
      </dd>
      {hours !== null && (
        <>
          <dt>{words.branchHours}</dt>
          <dd>{say(hours)}</dd>
        </>
      )}
      {address === null && <dd>{words.branchAsk}</dd>}
    </dl>
  );
}

function Call() {
  const { words } = useWords();
  const { contact } = useApplication();
  if (contact === null || contact.phone === null) return null;
  return (
    <a className="btn way-call" href={`tel:${contact.phone}`}>
      <Icon of="call" small />
      {words.callNow(contact.name)}
      <span className="number">{contact.phone}</span>
    </a>
  );
}

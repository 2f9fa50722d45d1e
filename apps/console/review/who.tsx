import { Portrait } from '../parts/portrait.tsx';
import type { Step } from './way.ts';
import { words } from './words.ts';

type Person = Step['person'];

const relationOf = ({ relation }: Person): string => (relation === null ? '' : (words.relation[relation] ?? words.relation['other'] ?? ''));

/** Who this is, large, in the colour of the household, with the others of it beside. */
export function Who({ step }: { step: Step }) {
  const { person, household, group, kin } = step;
  const facts = [person.sex === null ? '' : words.sex[person.sex], person.age === null ? '' : words.years(person.age), relationOf(person)];
  return (
    <section className={`who hue-${household.hue}`}>
      <span className="photo">
        <Portrait of={person} size={112} />
      </span>
      <div>
        <h1>{person.name}</h1>
        <p>{facts.filter((fact) => fact !== '').join(words.sex.M === '男' ? '，' : ', ')}</p>
        <p className="weak">{group.place}</p>
        {kin.length > 0 && (
          <ul className="kin">
            {kin.map((one) => (
              <li key={one.person_id}>
                <span className="photo small">
                  <Portrait of={one} size={40} />
                </span>
                {relationOf(one)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

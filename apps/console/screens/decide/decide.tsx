import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { personPage } from '#modules/population/contract.ts';
import { decisionAnswer, stages, type DecisionAnswer, type InputRead, type Stage } from '#modules/strategy/contract.ts';
import { get, send } from '../../api/client.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { inputValue, type Plain } from '../../parts/indicator-value.tsx';
import { PageHead } from '../../parts/page.tsx';
import { PersonPicker } from '../../parts/person-picker.tsx';
import { Choice } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Explained } from '../decision/explained.tsx';
import { ChangeInput } from './change-input.tsx';
import './decide.css';

export interface Changed {
  readonly input: InputRead;
  readonly to: Plain;
}

/** One person decided now, and decided again with single inputs changed. A what-if is never logged as a decision. */
export function Decide() {
  const { person } = useWords('person');
  // Another person starts with an empty sheet.
  return <DecideFor key={person} person={person} />;
}

function DecideFor({ person }: { person: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [stage, setStage] = useState<Stage>('screen');
  const [changed, setChanged] = useState<readonly Changed[]>([]);
  const decide = useMutation({
    mutationFn: (ask: { person: string; stage: Stage; changed: readonly Changed[] }) =>
      send(decisionAnswer, 'POST', '/api/v1/decisions', {
        strategy: 'retail',
        person_id: ask.person,
        stage: ask.stage,
        ...(ask.changed.length === 0 ? {} : { inputs: Object.fromEntries(ask.changed.map((one) => [one.input.name, one.to])) }),
      }),
  });
  const run = (next: { stage?: Stage; changed?: readonly Changed[] }): void => {
    if (person === undefined) return;
    decide.mutate({ person, stage: next.stage ?? stage, changed: next.changed ?? changed });
  };
  const alter = (next: readonly Changed[]): void => {
    setChanged(next);
    run({ changed: next });
  };
  const answer = decide.data;
  return (
    <div className="decision">
      <PageHead title={t('shell.nav.decide')} notes={<span className="t2">{t('decide.lead')}</span>} />
      <div className="sent">
        <span className="words">
          {t('decide.sentence.for')}
          <PersonPicker chosen={person} onChoose={(id) => void navigate({ to: '/decide', search: { person: id } })} />
          {t('decide.sentence.stage')}
          <Choice
            label={t('decide.stage')}
            value={stage}
            options={stages.map((value) => ({ value, text: t(`codes.stage.${value}`) }))}
            onChange={(next) => {
              setStage(next as Stage);
              if (answer !== undefined) run({ stage: next as Stage });
            }}
          />
          {changed.length > 0 && t('decide.sentence.with')}
          {changed.map((one) => (
            <button
              key={one.input.name}
              type="button"
              className="f set"
              title={t('decide.undo')}
              onClick={() => alter(changed.filter((other) => other.input.name !== one.input.name))}
            >
              {one.input.label[spoken()]} {inputValue(one.input, one.input.value, t)} → {inputValue(one.input, one.to, t)} ✕
            </button>
          ))}
          {answer !== undefined && (
            <ChangeInput
              inputs={answer.explanation.inputs}
              taken={changed}
              onChange={(one) => alter([...changed.filter((other) => other.input.name !== one.input.name), one])}
            />
          )}
        </span>
        <span className="r">
          <button type="button" className="btn pri" disabled={person === undefined || decide.isPending} onClick={() => run({})}>
            {answer === undefined ? t('decide.run') : t('decide.runAgain')}
          </button>
        </span>
      </div>
      {decide.isError && <Failure problem={decide.error} retry={() => run({})} />}
      {decide.isPending && answer === undefined && (
        <div className="sec">
          <Bones rows={16} />
        </div>
      )}
      {!decide.isPending && !decide.isError && answer === undefined && <Start person={person} />}
      {answer !== undefined && !decide.isError && (
        <Explained
          decision={answer.decision}
          explanation={answer.explanation}
          provenance={<Made answer={answer} changed={changed.length} />}
        />
      )}
    </div>
  );
}

function Start({ person }: { person: string | undefined }) {
  const { t } = useTranslation();
  return person === undefined ? (
    <Empty title={t('decide.pick')}>{t('decide.pickNext')}</Empty>
  ) : (
    <Empty title={t('decide.ready')}>{t('decide.readyNext')}</Empty>
  );
}

function Made({ answer, changed }: { answer: DecisionAnswer; changed: number }) {
  const { t } = useTranslation();
  const id = answer.decision.person_id;
  const person = useQuery({ queryKey: ['person', id], queryFn: () => get(personPage, `/api/v1/persons/${id}`), enabled: id !== null });
  return (
    <dl className="prov">
      <dt>{t('decide.person')}</dt>
      <dd>
        {id === null ? (
          '—'
        ) : (
          <Link to="/persons/$id" params={{ id }}>
            {person.data?.person.name ?? id}
          </Link>
        )}
      </dd>
      <dt>{t('decision.strategy')}</dt>
      <dd>
        retail {answer.decision.strategy_version.split('+')[0]}{' '}
        <span className="t3 mono">{answer.decision.strategy_version.split('+')[1]}</span>
      </dd>
      <dt>{t('decision.asOf')}</dt>
      <dd>{t('shell.asOfDay', { day: answer.decision.as_of })}</dd>
      <dt>{t('decide.made')}</dt>
      <dd>
        {instant(answer.decided_at)} {changed > 0 && <span className="tag warn">{t('decide.whatIf', { count: changed })}</span>}{' '}
        {answer.decision_id !== null && <span className="t3 mono">{answer.decision_id.slice(0, 8)}</span>}
      </dd>
    </dl>
  );
}

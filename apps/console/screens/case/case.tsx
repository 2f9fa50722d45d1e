import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readForm } from '#core/product/index.ts';
import type { ApplicationPage } from '#modules/lending/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { useApplication, useCase, usePlaces } from '../../api/cases.ts';
import { useMe } from '../../api/session.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import type { Mark } from '../../parts/bpmn-picture.tsx';
import { useKeys } from '../../parts/keys.ts';
import { useIsNarrow } from '../../parts/narrow.ts';
import { PageHead } from '../../parts/page.tsx';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { typedOf } from '../../parts/typed-answers.ts';
import { ActionBar, investigationForm } from './action-bar.tsx';
import { Contract } from './contract.tsx';
import { formOf, useDefinition } from './definition.ts';
import { Facts, Papers } from './facts.tsx';
import { Held } from './held.tsx';
import { Investigate } from './investigate.tsx';
import { MachineWord, Why } from './machine-word.tsx';
import { ProcessStrip } from './strip.tsx';
import { Talk } from './talk.tsx';
import { Tasks } from './tasks.tsx';
import { visitsOf } from './visits.ts';
import './case.css';

const BpmnPicture = lazy(() => import('../../parts/bpmn-picture.tsx'));
const shows = ['overview', 'investigate', 'application', 'contract', 'history'] as const;
type Show = (typeof shows)[number];

/** One case: where it stands in its process, what is known, what was done, and what comes next. */
export function Case() {
  const id = useAddress('id');
  const page = useCase(id);
  const subject = page.data;
  const application = useApplication(subject?.subject_kind === 'application' ? subject.subject_id : null);
  const navigate = useNavigate();
  useKeys({ Escape: () => void navigate({ to: '/work' }) });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (subject === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Page page={subject} application={application.data} problem={application.error} />;
}

function Page({ page, application, problem }: { page: CasePage; application: ApplicationPage | undefined; problem: Error | null }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('show');
  const definition = useDefinition(page);
  const place = usePlaces([page.grid_code])(page.grid_code);
  const mine = page.tasks.find(
    (task) => task.state === 'open' && task.assignee?.staff_id === me.staffId && formOf(definition, task.node) === investigationForm,
  );
  const offered = shows.filter((show) => application !== undefined || show === 'overview' || show === 'history');
  const show: Show = offered.find((one) => one === search.show) ?? 'overview';
  const go = (next: Show): void => void navigate({ to: '/cases/$id', params: { id: page.case_id }, search: { show: next }, replace: true });
  return (
    <div className="case-page">
      <PageHead
        way={[{ text: t('shell.nav.work'), to: '/work' }, { text: page.case_id }]}
        title={page.title}
        notes={
          <>
            <span className={page.status === 'open' ? 'tag ok' : page.status === 'stuck' ? 'tag bad' : 'tag'}>
              {t(`cases.status.${page.status}`)}
            </span>
            <span className="t2">{page.product}</span>
            <span className="t2">{place}</span>
            <Clock page={page} />
          </>
        }
      />
      <Tabs
        tabs={offered}
        open={show}
        nameOf={(one) => t(`cases.tab.${one}`)}
        countOf={(one) => (one === 'history' ? page.history.length : undefined)}
        onOpen={go}
      />
      {/* Filled in part by part; keyboard users reach it to scroll. */}
      <div className="body" tabIndex={0}>
        {problem !== null && <Failure problem={problem} inside />}
        {show === 'overview' && <Overview page={page} application={application} place={place} />}
        {show === 'investigate' && application !== undefined && (
          <Investigate
            key={`${page.case_id}-${mine?.task_id ?? ''}`}
            page={page}
            application={application}
            taskId={mine?.task_id ?? null}
          />
        )}
        {show === 'application' && application !== undefined && <Answers application={application} />}
        {show === 'contract' && application !== undefined && <Contract application={application} />}
        {show === 'history' && (
          <section className="sec">
            <Tasks page={page} />
            <Talk page={page} />
          </section>
        )}
      </div>
      {!(show === 'investigate' && mine !== undefined) && (
        <div className="act">
          <ActionBar page={page} application={application} />
        </div>
      )}
    </div>
  );
}

/** Until when the open step is to be done; the work-list says how much working time that is. */
function Clock({ page }: { page: CasePage }) {
  const { t } = useTranslation();
  const [now] = useState(() => Date.now());
  if (page.status === 'suspended') return <span className="t3">{t('cases.stopped')}</span>;
  const due = page.tasks.filter(({ state, due_at }) => state === 'open' && due_at !== null).map(({ due_at }) => due_at ?? '');
  const first = due.toSorted()[0];
  if (first === undefined) return null;
  const isLate = Date.parse(first) < now;
  return <span className={isLate ? 'bad strong' : 't2'}>{t(isLate ? 'cases.late' : 'cases.due', { at: instant(first).slice(5) })}</span>;
}

function Overview({ page, application, place }: { page: CasePage; application: ApplicationPage | undefined; place: string | null }) {
  const isNarrow = useIsNarrow();
  return (
    <>
      {isNarrow ? (
        <section className="sec">
          <ProcessStrip page={page} />
        </section>
      ) : (
        <Picture page={page} />
      )}
      <div className="row case-columns">
        <section className="sec">
          {application !== undefined && <MachineWord page={page} application={application} />}
          <Held application={application} />
          <Why application={application} />
        </section>
        <section className="sec">
          <Facts page={page} application={application} place={place} />
          <Papers application={application} />
        </section>
        <section className="sec">
          <Tasks page={page} />
          <Talk page={page} most={8} />
        </section>
      </div>
    </>
  );
}

/** The drawing with the way the case took: steps it has been through with how often, and the token where it stands. */
function Picture({ page }: { page: CasePage }) {
  const { t } = useTranslation();
  const language = spoken();
  const marks = useMemo(() => marksOf(page), [page]);
  return (
    <div className="case-picture">
      <Suspense fallback={<Bones rows={6} />}>
        <BpmnPicture
          xml={page.xml}
          marks={marks}
          label={t('cases.versionOf', { title: page.process_title[language], version: page.version })}
        />
      </Suspense>
    </div>
  );
}

function marksOf(page: CasePage): Mark[] {
  const now = new Set(page.at.map(({ node }) => node));
  const been = [...visitsOf(page)].filter(([node]) => !now.has(node));
  return [
    ...been.map(([node]): Mark => {
      const done =
        page.tasks.findLast((task) => task.node === node && task.done_at !== null)?.done_at ??
        page.history.findLast((line) => line.node === node)?.at;
      return { node, tone: 'done', ...(done == null ? {} : { badge: instant(done).slice(5) }) };
    }),
    ...page.at.map(({ node }): Mark => {
      const open = page.tasks.find((task) => task.node === node && task.state === 'open');
      return { node, tone: 'now', badge: open?.assignee?.name ?? '●' };
    }),
  ];
}

/** What the customer answered, as the form asked it. */
function Answers({ application }: { application: ApplicationPage }) {
  const { t } = useTranslation();
  const read = application.form === null ? null : readForm(application.form);
  if (read === null || !('form' in read)) return <Empty title={t('cases.noAnswers')} />;
  return (
    <section className="sec">
      <h3>{spoken() === 'en' ? read.form['x-title-en'] : read.form.title}</h3>
      <SchemaForm
        form={read.form}
        typed={typedOf(read.form, application.answers)}
        wrong={new Map()}
        isReadOnly
        onChange={() => undefined}
      />
    </section>
  );
}

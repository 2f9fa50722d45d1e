import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, noticeList, noticePosted, objectionList, type Notice, type Objection } from '#modules/village/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { ChosenField } from '../../parts/field.tsx';
import { Section } from '../../parts/page.tsx';
import { ReasonedAct } from '../../parts/reasoned-act.tsx';
import { Empty, Stale, Unread } from '../../parts/states.tsx';
import { TimeLeft } from '../../parts/time-left.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import type { At } from './grants.tsx';

/** Names that hang in the village, and what people object, with the time that is left to answer. */
export function Notices({ at }: { at: At }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const notices = useQuery({
    queryKey: ['notices', at.projectId],
    queryFn: () => get(noticeList, addresses.notices.replace(':id', at.projectId)),
  });
  const objections = useQuery({
    queryKey: ['notices', at.projectId, 'objections'],
    queryFn: () => get(objectionList, addresses.objections.replace(':id', at.projectId)),
    // The clock runs while somebody looks at it.
    refetchInterval: ({ state: { data } }) => (data?.items.some(({ outcome }) => outcome === null) === true ? 60_000 : false),
  });
  const post = useMutation({
    mutationFn: () => send(noticePosted, 'POST', addresses.notices.replace(':id', at.projectId), { grid_code: at.gridCode }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['notices', at.projectId] }),
  });
  if (notices.data === undefined) return <Unread of={notices} what="notices" rows={6} />;
  if (objections.data === undefined) return <Unread of={objections} what="objections" rows={6} />;
  const waiting = objections.data.items.filter(({ outcome }) => outcome === null);
  const answered = objections.data.items.filter(({ outcome }) => outcome !== null);
  return (
    <>
      <div className="grant-line">
        <span>
          <b className="n20">{count(waiting.length)}</b> {t('granting.objectionsOpen')}
        </span>
        {me.may('village.run') && (
          <button type="button" className="btn pri" disabled={post.isPending} onClick={() => post.mutate()}>
            {t('granting.post')}
          </button>
        )}
        <span className="t3">{t('granting.namesOnly')}</span>
        <Refusal inline problem={post.error} />
      </div>
      <Stale of={notices} what="notices" />
      <Stale of={objections} what="objections" />
      {waiting.length > 0 && (
        <Section title={t('granting.objections')} note={t('granting.clockNote')}>
          {waiting.map((one) => (
            <Answering key={one.objection_id} at={at} objection={one} />
          ))}
        </Section>
      )}
      {notices.data.items.length === 0 ? (
        <Empty title={t('granting.noNotice')}>{t('granting.noNoticeNext')}</Empty>
      ) : (
        notices.data.items.map((one) => <Posted key={one.notice_id} at={at} notice={one} />)
      )}
      {answered.length > 0 && (
        <Section title={t('granting.answered')} note={count(answered.length)}>
          {answered.map((one) => (
            <Answered key={one.objection_id} at={at} objection={one} />
          ))}
        </Section>
      )}
    </>
  );
}

function Posted({ at, notice }: { at: At; notice: Notice }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [isRaising, setRaising] = useState(false);
  const [person, setPerson] = useState('');
  const raise = useMutation({
    mutationFn: (text: string) =>
      send(z.unknown(), 'POST', addresses.raise.replace(':notice', notice.notice_id), { person_id: person, text }),
    onSuccess: async () => {
      setRaising(false);
      setPerson('');
      await client.invalidateQueries({ queryKey: ['notices', at.projectId] });
    },
  });
  const options = [
    { value: '', text: t('granting.whom') },
    ...notice.people.map((id, index) => ({ value: id, text: notice.names[index] ?? id })),
  ];
  const mayRaise = !notice.is_over && me.may('village.work');
  return (
    <Section
      title={t('granting.notice', { from: notice.posted_on, until: notice.until })}
      note={t('granting.names', { count: notice.names.length })}
      right={<span className={notice.is_over ? 'tag' : 'tag ok'}>{t(notice.is_over ? 'granting.over' : 'granting.hanging')}</span>}
    >
      <p className="t2">
        {t('granting.postedBy', { place: notice.place, name: notice.posted_by.name })}
        {notice.objections > 0 && ` · ${t('granting.objectionCount', { count: notice.objections })}`}
      </p>
      <p className="notice-names">{notice.names.join('　')}</p>
      {mayRaise && !isRaising && (
        <p>
          <button type="button" className="btn" onClick={() => setRaising(true)}>
            {t('granting.raise')}
          </button>
        </p>
      )}
      {mayRaise && isRaising && (
        <ReasonedAct
          id={`said-${notice.notice_id}`}
          label={t('granting.said')}
          example={t('granting.saidExample')}
          outcomes={[{ outcome: 'raise', text: t('granting.raiseNow'), tone: 'pri' }]}
          isReady={person !== ''}
          isBusy={raise.isPending}
          problem={raise.error}
          onAct={(_outcome, text) => raise.mutate(text)}
          onLeave={() => setRaising(false)}
        >
          <ChosenField id={`whom-${notice.notice_id}`} label={t('granting.whom')} value={person} options={options} onChange={setPerson} />
        </ReasonedAct>
      )}
    </Section>
  );
}

function Answering({ at, objection }: { at: At; objection: Objection }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const answering = useMutation({
    mutationFn: (body: { outcome: 'upheld' | 'dismissed'; answer: string }) =>
      send(z.unknown(), 'POST', addresses.answer.replace(':objection', objection.objection_id), body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['notices', at.projectId] }),
  });
  return (
    <article className="objection" aria-label={objection.name}>
      <p className="seat">
        <b>{objection.name}</b>
        <span className="grow" />
        <TimeLeft task={{ ...objection, is_suspended: false }} />
        <span className="t3">{t('granting.due', { at: instant(objection.due_at) })}</span>
      </p>
      <p>{objection.text}</p>
      <p className="t3 sm">{t('granting.takenBy', { at: instant(objection.raised_at), name: objection.taken_by.name })}</p>
      {me.may('village.run') && (
        <ReasonedAct
          id={`answer-${objection.objection_id}`}
          label={t('granting.answer')}
          example={t('granting.answerExample')}
          outcomes={(['dismissed', 'upheld'] as const).map((outcome) => ({ outcome, text: t(`granting.objectionOutcome.${outcome}`) }))}
          isBusy={answering.isPending}
          problem={answering.error}
          onAct={(outcome, answer) => answering.mutate({ outcome, answer })}
        />
      )}
    </article>
  );
}

/** What came of it. Upheld, the branch's word of before counts no more: the person waits for a new one. */
function Answered({ at, objection }: { at: At; objection: Objection }) {
  const { t } = useTranslation();
  const { outcome, answer, answered_by, answered_at } = objection;
  if (outcome === null) return null;
  return (
    <article className="objection" aria-label={objection.name}>
      <p className="seat">
        <b>{objection.name}</b>
        <span className={outcome === 'upheld' ? 'tag warn' : 'tag'}>{t(`granting.objectionOutcome.${outcome}`)}</span>
        <span>{objection.text}</span>
      </p>
      <p className="t2">
        {t('granting.answeredBy', { at: instant(answered_at), name: answered_by?.name ?? '—', answer: answer ?? '' })}
        {outcome === 'upheld' && (
          <>
            {' '}
            <Link to="/village/grants" search={{ project: at.projectId, open: objection.person_id }}>
              {t('granting.determineAnew')}
            </Link>
          </>
        )}
      </p>
    </article>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, noticeList, noticePosted, objectionList, type Notice, type Objection } from '#modules/village/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant } from '../../format.ts';
import { ChosenField, ReasonField } from '../../parts/field.tsx';
import { Section } from '../../parts/page.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import type { At } from './grants.tsx';

/** Names that hang in the village, and what people object. */
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
  });
  const post = useMutation({
    mutationFn: () => send(noticePosted, 'POST', addresses.notices.replace(':id', at.projectId), { grid_code: at.gridCode }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['notices', at.projectId] }),
  });
  const refused = useRefused(post.error, {});
  if (notices.isError) return <Failure problem={notices.error} retry={() => void notices.refetch()} />;
  if (notices.isPending || objections.isPending) return <Bones rows={6} />;
  return (
    <>
      <div className="grant-line">
        {me.may('village.run') && (
          <button type="button" className="btn pri" disabled={post.isPending} onClick={() => post.mutate()}>
            {t('granting.post')}
          </button>
        )}
        <span className="t3">{t('granting.namesOnly')}</span>
        {refused.rest !== undefined && (
          <span className="bad" role="alert">
            {refused.rest}
          </span>
        )}
      </div>
      {(objections.data?.items ?? []).length > 0 && (
        <Section title={t('granting.objections')}>
          {objections.data?.items.map((one) => (
            <Answering key={one.objection_id} at={at} objection={one} />
          ))}
        </Section>
      )}
      {notices.data.items.length === 0 ? (
        <Empty title={t('granting.noNotice')}>{t('granting.noNoticeNext')}</Empty>
      ) : (
        notices.data.items.map((one) => <Posted key={one.notice_id} at={at} notice={one} />)
      )}
    </>
  );
}

function Posted({ at, notice }: { at: At; notice: Notice }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [person, setPerson] = useState('');
  const [text, setText] = useState('');
  const raise = useMutation({
    mutationFn: () =>
      send(z.unknown(), 'POST', addresses.raise.replace(':notice', notice.notice_id), { person_id: person, text: text.trim() }),
    onSuccess: async () => {
      setText('');
      await client.invalidateQueries({ queryKey: ['notices', at.projectId] });
    },
  });
  const refused = useRefused(raise.error, {});
  const options = [
    { value: '', text: t('granting.whom') },
    ...notice.people.map((id, index) => ({ value: id, text: notice.names[index] ?? id })),
  ];
  return (
    <Section
      title={t('granting.notice', { from: notice.posted_on, until: notice.until })}
      note={t('granting.names', { count: notice.names.length })}
    >
      <p className="notice-names">{notice.names.join('　')}</p>
      {me.may('village.work') && (
        <div className="later">
          <ChosenField id={`whom-${notice.notice_id}`} label={t('granting.whom')} value={person} options={options} onChange={setPerson} />
          <ReasonField
            id={`said-${notice.notice_id}`}
            label={t('granting.said')}
            example={t('granting.saidExample')}
            value={text}
            onChange={setText}
          />
          {refused.rest !== undefined && (
            <p className="bad" role="alert">
              {refused.rest}
            </p>
          )}
          <button
            type="button"
            className="btn"
            disabled={person === '' || text.trim().length < 4 || raise.isPending}
            onClick={() => raise.mutate()}
          >
            {t('granting.raise')}
          </button>
        </div>
      )}
    </Section>
  );
}

function Answering({ at, objection }: { at: At; objection: Objection }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [answer, setAnswer] = useState('');
  const answering = useMutation({
    mutationFn: (outcome: 'upheld' | 'dismissed') =>
      send(z.unknown(), 'POST', addresses.answer.replace(':objection', objection.objection_id), { outcome, answer: answer.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['notices', at.projectId] }),
  });
  const refused = useRefused(answering.error, {});
  const isLate = objection.seconds_left !== null && objection.seconds_left < 0;
  return (
    <div className="later">
      <p className="seat">
        <b>{objection.name}</b>
        <span>{objection.text}</span>
        <span className="grow" />
        <span className={isLate ? 'bad' : 't3'}>
          {objection.outcome === null
            ? t('granting.due', { at: instant(objection.due_at) })
            : `${t(`granting.objectionOutcome.${objection.outcome}`)} · ${objection.answer ?? ''}`}
        </span>
      </p>
      {objection.outcome === null && me.may('village.run') && (
        <>
          <ReasonField
            id={`answer-${objection.objection_id}`}
            label={t('granting.answer')}
            example={t('granting.answerExample')}
            value={answer}
            onChange={setAnswer}
          />
          {refused.rest !== undefined && (
            <p className="bad" role="alert">
              {refused.rest}
            </p>
          )}
          <p className="two">
            {(['dismissed', 'upheld'] as const).map((outcome) => (
              <button
                key={outcome}
                type="button"
                className="btn"
                disabled={answer.trim().length < 4 || answering.isPending}
                onClick={() => answering.mutate(outcome)}
              >
                {t(`granting.objectionOutcome.${outcome}`)}
              </button>
            ))}
          </p>
        </>
      )}
    </div>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { acceptance, evaluationAddresses, type Acceptance } from '#modules/village/evaluation/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant, wan } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import type { At } from './at.ts';

const decided = z.object({ state: z.enum(['passed', 'failed']) });

/** The people drawn, each looked at on the spot; then signature and photograph, and the round counts or goes back. */
export function AcceptanceDrawer({ at, id, place, onClose }: { at: At; id: string; place: string; onClose: () => void }) {
  const { t } = useTranslation();
  const address = evaluationAddresses.acceptance.replace(':id', id);
  const page = useQuery({ queryKey: ['evaluation', at.projectId, 'acceptance', id], queryFn: () => get(acceptance, address) });
  if (page.data === undefined) {
    return (
      <Drawer title={t('evaluation.acceptance')} onClose={onClose}>
        <Unread of={page} what="acceptance" rows={6} inside />
      </Drawer>
    );
  }
  return <Judging key={page.data.state} at={at} page={page.data} address={address} place={place} onClose={onClose} />;
}

function Judging({ at, page, address, place, onClose }: { at: At; page: Acceptance; address: string; place: string; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [judged, setJudged] = useState<Readonly<Record<string, boolean>>>({});
  const [pictures, setPictures] = useState<{ signature: string; photo: string }>({ signature: '', photo: '' });
  const [remark, setRemark] = useState('');
  const decide = useMutation({
    mutationFn: () =>
      send(decided, 'POST', address, {
        items: page.items.map((item) => ({ person_id: item.person_id, is_right: judged[item.person_id] === true, remark: null })),
        remark: remark.trim() === '' ? null : remark.trim(),
        ...pictures,
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] }),
  });
  const refused = useRefused(decide.error, {});
  const isOpen = page.state === 'drawn' && me.may('village.run');
  const isComplete = page.items.every((item) => judged[item.person_id] !== undefined) && pictures.signature !== '' && pictures.photo !== '';
  const wrong = page.items.filter((item) => (isOpen ? judged[item.person_id] : item.is_right) === false).length;
  const allowed = Math.floor((page.items.length * page.wrong_allowed) / 1000);
  return (
    <Drawer
      title={`${t('evaluation.acceptance')} · ${place}`}
      notes={
        <span className={page.state === 'passed' ? 'tag ok' : page.state === 'failed' ? 'tag bad' : 'tag warn'}>
          {t(`evaluation.accepted.${page.state}`)}
        </span>
      }
      onClose={onClose}
      actions={
        <>
          <Wrong>{refused.rest}</Wrong>
          <p>{t('evaluation.wrongSoFar', { wrong, allowed })}</p>
          <span className="grow" />
          {isOpen && (
            <button
              type="button"
              className={wrong > allowed ? 'btn no' : 'btn pri'}
              disabled={!isComplete || decide.isPending}
              onClick={() => decide.mutate()}
            >
              {t(wrong > allowed ? 'evaluation.sendBack' : 'evaluation.pass')}
            </button>
          )}
        </>
      }
    >
      <dl className="kv">
        <dt>{t('evaluation.drawnBy')}</dt>
        <dd>
          {page.drawn_by.name} {instant(page.drawn_at)}
        </dd>
        <dt>{t('evaluation.seed')}</dt>
        <dd className="mono sm">{page.seed}</dd>
        {page.decided_by !== null && (
          <>
            <dt>{t('evaluation.decidedBy')}</dt>
            <dd>
              {page.decided_by.name} {instant(page.decided_at)}
            </dd>
            <dt>{t('evaluation.photoHash')}</dt>
            <dd className="mono sm wrap">{page.photo_hash}</dd>
          </>
        )}
      </dl>
      <h3>{t('evaluation.sample', { count: page.items.length })}</h3>
      {page.items.map((item) => (
        <p key={item.person_id} className="seat">
          <span>{item.name}</span>
          <span className="t3">
            {item.evaluated_fen === null ? t(`evaluation.outcome.${item.outcome}`) : `${wan(item.evaluated_fen)} ${t('unit.wan')}`}
          </span>
          <span className="grow" />
          {isOpen ? (
            <span className="two">
              {([true, false] as const).map((isRight) => (
                <button
                  key={String(isRight)}
                  type="button"
                  className={judged[item.person_id] === isRight ? 'btn on' : 'btn'}
                  aria-pressed={judged[item.person_id] === isRight}
                  onClick={() => setJudged({ ...judged, [item.person_id]: isRight })}
                >
                  {t(isRight ? 'evaluation.right' : 'evaluation.wrong')}
                </button>
              ))}
            </span>
          ) : (
            <span className={item.is_right === false ? 'bad' : ''}>
              {item.is_right === null ? '' : t(item.is_right ? 'evaluation.right' : 'evaluation.wrong')}
            </span>
          )}
        </p>
      ))}
      {isOpen && (
        <>
          <Picture
            label={t('evaluation.signature')}
            is={pictures.signature !== ''}
            onTaken={(signature) => setPictures({ ...pictures, signature })}
          />
          <Picture label={t('evaluation.photo')} is={pictures.photo !== ''} onTaken={(photo) => setPictures({ ...pictures, photo })} />
          <p className="typed">
            <label htmlFor="acceptance-remark">{t('evaluation.remark')}</label>
            <textarea
              id="acceptance-remark"
              className="area"
              rows={2}
              maxLength={500}
              value={remark}
              onChange={(event) => setRemark(event.target.value)}
            />
          </p>
        </>
      )}
    </Drawer>
  );
}

/** A picture of the device, sent sealed; nothing of it stays in the page. */
function Picture({ label, is, onTaken }: { label: string; is: boolean; onTaken: (dataUrl: string) => void }) {
  const { t } = useTranslation();
  return (
    <p className="typed">
      <label>
        {label} {is && <span className="tag ok">{t('evaluation.taken')}</span>}
        <input
          type="file"
          accept="image/png,image/jpeg"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file === undefined) return;
            const reader = new FileReader();
            reader.addEventListener('load', () => typeof reader.result === 'string' && onTaken(reader.result));
            reader.readAsDataURL(file);
          }}
        />
      </label>
    </p>
  );
}

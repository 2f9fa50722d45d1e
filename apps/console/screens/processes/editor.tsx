import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, checked, type ProcessPage, type Proposed } from '#modules/process/contract.ts';
import { send } from '../../api/client.ts';
import { Failure } from '../../parts/states.tsx';
import '../../parts/bpmn-picture.css';
import { openDrawing, type Chosen, type Drawing } from './drawing.ts';
import { Findings } from './findings.tsx';
import { Properties } from './properties.tsx';
import { Propose } from './propose.tsx';

/** After so long without a change the drawing is checked. */
const restMs = 500;

/** A drawing to be changed: the canvas, the properties of what is chosen, and what the check says of it as it stands. */
export default function Editor({ page }: { page: ProcessPage }) {
  const { t } = useTranslation();
  const [xml, setXml] = useState(page.xml);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [isProposing, setProposing] = useState(false);
  const [proposed, setProposed] = useState<Proposed | null>(null);
  const { box, drawing, isChanged, setChanged } = useDrawing(page.xml, { setXml, setChosen, setProblem });
  const check = useQuery({
    queryKey: ['process-check', xml],
    queryFn: () => send(checked, 'POST', addresses.check, { xml }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const usual = useMemo(() => usualOf(xml), [xml]);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined || drawing === null) return;
    try {
      await drawing.load(await file.text());
      setProblem(null);
      setXml(await drawing.save());
      setChanged(true);
    } catch (error) {
      setProblem(error);
    }
  };
  const findings = check.data?.findings ?? [];
  const errors = findings.filter(({ level }) => level === 'error').length;
  const isPublishable = check.data?.is_publishable === true && !check.isPlaceholderData;
  return (
    <>
      <div className="editor">
        <section className="editor-canvas">
          <div className="editor-bar">
            <label className="btn">
              {t('processes.edit.import')}
              <input className="unseen" type="file" accept=".bpmn,.xml" onChange={(event) => void take(event.target.files?.[0])} />
            </label>
            <button type="button" className="btn" onClick={() => offer(xml, `${page.process}.bpmn`)}>
              {t('processes.edit.export')}
            </button>
            <span className={isChanged ? 'warn sm' : 't3 sm'}>
              {isChanged ? t('processes.edit.unsaved') : t('processes.edit.same', { version: page.version })}
            </span>
            <span className="grow" />
            <button type="button" className="btn pri" disabled={!isChanged || !isPublishable} onClick={() => setProposing(true)}>
              {t('processes.edit.propose')}
            </button>
          </div>
          {proposed !== null && (
            <p className="notice ok" role="status">
              {t('processes.edit.proposed', { version: proposed.version })}{' '}
              <Link to="/changes" search={{ open: proposed.proposal_id }}>
                {proposed.proposal_id}
              </Link>
            </p>
          )}
          {problem !== null && <Failure problem={problem} inside />}
          <div ref={box} className="bpmn drawing" aria-label={t('processes.edit.canvas')} role="application" />
        </section>
        <aside className="sec editor-side">
          {chosen !== null && drawing !== null && <Properties chosen={chosen} drawing={drawing} usual={usual} />}
        </aside>
        <section className="sec editor-findings" aria-live="polite" tabIndex={0}>
          <h2>
            {check.isPending || check.isPlaceholderData
              ? t('processes.checking')
              : findings.length === 0
                ? t('processes.clean')
                : t('processes.found', { count: findings.length, errors })}
          </h2>
          {check.isError && <Failure problem={check.error} retry={() => void check.refetch()} inside />}
          {findings.length > 0 && <Findings findings={findings} onGo={(element) => drawing?.go(element)} />}
        </section>
      </div>
      {isProposing && (
        <Propose
          page={page}
          xml={xml}
          onClose={() => setProposing(false)}
          onProposed={(answer) => {
            setProposing(false);
            setProposed(answer);
            setChanged(false);
          }}
        />
      )}
    </>
  );
}

/** The editor in its box for as long as the screen stands. */
function useDrawing(
  first: string,
  told: { setXml: (xml: string) => void; setChosen: (chosen: Chosen) => void; setProblem: (problem: unknown) => void },
) {
  const box = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [isChanged, setChanged] = useState(false);
  const { setXml, setChosen, setProblem } = told;
  useEffect(() => {
    const container = box.current;
    if (container === null) return undefined;
    let resting: ReturnType<typeof setTimeout> | undefined;
    const write = (): void => void opened.save().then(setXml, setProblem);
    const opened = openDrawing(container, {
      onChoose: () => setChosen(opened.chosen()),
      onChange: () => {
        setChanged(true);
        clearTimeout(resting);
        resting = setTimeout(write, restMs);
      },
    });
    let isGone = false;
    const start = async (): Promise<void> => {
      try {
        await opened.load(first);
        if (isGone) return;
        setDrawing(opened);
        setChosen(opened.chosen());
      } catch (error) {
        if (!isGone) setProblem(error);
      }
    };
    void start();
    return () => {
      isGone = true;
      clearTimeout(resting);
      opened.close();
    };
  }, [first, setXml, setChosen, setProblem]);
  return { box, drawing, isChanged, setChanged };
}

/** Words that the drawing itself uses, offered while typing. */
function usualOf(xml: string): Partial<Record<'form' | 'service' | 'decision' | 'sla', string[]>> {
  const used = (name: string): string[] =>
    [...new Set([...xml.matchAll(new RegExp(`qianmo:${name}="([^"]+)"`, 'g'))].map((match) => match[1] ?? ''))].toSorted();
  return { form: used('form'), service: used('service'), decision: used('decision'), sla: used('sla') };
}

/** Hands a text to the browser to save. */
function offer(xml: string, name: string): void {
  const url = URL.createObjectURL(new Blob([xml], { type: 'application/xml' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}

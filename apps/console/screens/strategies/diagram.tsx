import DmnViewer from 'dmn-js/lib/NavigatedViewer.js';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/states.tsx';

interface View {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

/** The model as its authors drew it: the graph, and beside it every table, opened from the list or by its box. */
export default function Diagram({ xml }: { xml: string }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<DmnViewer | null>(null);
  const [views, setViews] = useState<readonly View[]>([]);
  const [at, setAt] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    const container = box.current;
    if (container === null) return undefined;
    const shown = new DmnViewer({ container });
    viewer.current = shown;
    let gone = false;
    const start = async (): Promise<void> => {
      try {
        await shown.importXML(xml);
        if (gone) return;
        setViews(shown.getViews().map((view) => ({ id: view.element.id, name: view.name, type: view.type })));
        setAt(shown.getActiveView()?.element.id ?? null);
        fit(shown);
      } catch (error) {
        if (!gone) setProblem(error);
      }
    };
    void start();
    return () => {
      gone = true;
      shown.destroy();
      viewer.current = null;
    };
  }, [xml]);
  const open = async (id: string): Promise<void> => {
    const shown = viewer.current;
    const view = shown?.getViews().find((one) => one.element.id === id);
    if (shown === null || view === undefined) return;
    try {
      await shown.open(view);
      setAt(id);
      fit(shown);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <nav className="sec diagram-list" aria-label={t('strategies.parts')}>
        <h2>{t('strategies.partCount', { count: views.length })}</h2>
        <ul>
          {views.map((view) => (
            <li key={view.id}>
              <button type="button" className={view.id === at ? 'on' : ''} aria-current={view.id === at} onClick={() => void open(view.id)}>
                {view.name || view.id}
                <span className="t3 sm">{t(`strategies.kind.${view.type as 'drd'}`, { defaultValue: view.type })}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section className="sec diagram-box">
        {problem !== null && <Failure problem={problem} inside />}
        <div ref={box} className="diagram" />
      </section>
    </>
  );
}

/** The graph is shown whole; tables have no canvas to fit. */
function fit(viewer: DmnViewer): void {
  if (viewer.getActiveView()?.type !== 'drd') return;
  viewer.getActiveViewer()?.get('canvas').zoom('fit-viewport', 'auto');
}

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import { useEffect, useRef, useState } from 'react';
import { Failure } from './states.tsx';
import './bpmn-picture.css';

/** What is said of one step of the drawing. */
export interface Mark {
  readonly node: string;
  readonly tone: 'done' | 'now' | 'hot' | 'late' | 'wrong' | 'chosen';
  /** Written at the corner of the step. */
  readonly badge?: string;
  readonly title?: string;
}

/** A process as it is drawn, to be looked at: moved by dragging, enlarged by the wheel with Ctrl. The mark of bpmn.io stays. */
export default function BpmnPicture({ xml, marks, label }: { xml: string; marks: readonly Mark[]; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const viewer = useRef<NavigatedViewer<Doors> | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [drawn, setDrawn] = useState('');
  useEffect(() => {
    const container = box.current;
    if (container === null) return undefined;
    const shown = new NavigatedViewer<Doors>({ container });
    viewer.current = shown;
    let gone = false;
    const start = async (): Promise<void> => {
      try {
        await shown.importXML(xml);
        if (gone) return;
        setProblem(null);
        shown.get('canvas').zoom('fit-viewport', 'auto');
        setDrawn(xml);
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
  useEffect(() => {
    const shown = viewer.current;
    if (shown === null || drawn !== xml) return undefined;
    return put(shown, marks);
  }, [drawn, xml, marks]);
  return (
    <div className="bpmn-box">
      {problem !== null && <Failure problem={problem} inside />}
      <div ref={box} className="bpmn" role="group" aria-label={label} />
    </div>
  );
}

interface Canvas {
  zoom(level: 'fit-viewport', center: 'auto'): void;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
}
interface Overlays {
  add(id: string, type: string, overlay: { position: { top: number; right: number }; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}
interface Elements {
  get(id: string): object | undefined;
}

interface Doors {
  canvas: Canvas;
  overlays: Overlays;
  elementRegistry: Elements;
}

/** Puts marks on the drawing; answers what takes them off again. */
function put(viewer: NavigatedViewer<Doors>, marks: readonly Mark[]): () => void {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const elements = viewer.get('elementRegistry');
  const known = marks.filter(({ node }) => elements.get(node) !== undefined);
  for (const { node, tone, badge, title } of known) {
    canvas.addMarker(node, `qm-${tone}`);
    if (badge === undefined) continue;
    const html = document.createElement('span');
    html.className = `bpmn-badge ${tone}`;
    html.textContent = badge;
    html.title = title ?? '';
    overlays.add(node, 'qm', { position: { top: -10, right: 14 }, html });
  }
  return () => {
    overlays.remove({ type: 'qm' });
    for (const { node, tone } of known) canvas.removeMarker(node, `qm-${tone}`);
  };
}

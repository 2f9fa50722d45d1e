import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RelationGraph } from '#modules/population/contract.ts';
import { useCodes } from '../codes.ts';
import { wan } from '../format.ts';
import { layOut, type GraphEdge, type GraphNode, type Spot } from './graph-layout.ts';
import { Empty } from './states.tsx';
import './relation-graph.css';

/** Han letters are about as wide as they are high; the others about half. */
function wide(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 13 : 7.2), 0);
}

const lineWidth = 108;

/** A long name takes two lines, broken at a space where it has one; the full name stands in the hover and in the table. */
function lines(label: string): string[] {
  if (wide(label) <= lineWidth) return [label];
  const letters = Array.from(label);
  const middle = Math.ceil(letters.length / 2);
  const space = letters.findIndex((letter, index) => letter === ' ' && index >= middle / 2);
  const cut = space > 0 ? space : Math.min(middle, 8);
  const rest = letters.slice(cut).join('').trim();
  const most = wide(rest) > lineWidth ? 8 : Number.POSITIVE_INFINITY;
  const second = Array.from(rest);
  return [letters.slice(0, cut).join(''), second.length > most ? `${second.slice(0, most).join('')}…` : rest];
}

function useEdgeText(): (edge: GraphEdge) => string {
  const code = useCodes();
  return (edge) => {
    const kind = edge.kind === 'family' && edge.detail !== null ? code('relation', edge.detail) : code('role', edge.kind);
    return edge.amount_fen === null ? kind : `${kind} ${wan(edge.amount_fen)}`;
  };
}

/** Boxes above one another are joined by a bow, so that the line does not run behind the box between them. */
const bow = 58;

function Line({ edge, from, to }: { edge: GraphEdge; from: Spot; to: Spot }) {
  const text = useEdgeText()(edge);
  const width = wide(text) * 0.9 + 6;
  const bowed = from.x === to.x && Math.abs(from.y - to.y) > 100;
  const [x, y] = [(from.x + to.x) / 2 - (bowed ? bow : 0), (from.y + to.y) / 2];
  const path = bowed ? `M${from.x} ${from.y}Q${from.x - bow * 2} ${y} ${to.x} ${to.y}` : `M${from.x} ${from.y}L${to.x} ${to.y}`;
  return (
    <>
      <path d={path} className={edge.kind === 'guarantor' ? 'edge risk' : 'edge'} />
      <rect x={x - width / 2} y={y - 8} width={width} height="15" className="lb" />
      <text x={x} y={y + 4} textAnchor="middle" className="l">
        {text}
      </text>
    </>
  );
}

function Box({
  node,
  spot,
  inside,
  risky,
  onOpen,
}: {
  node: GraphNode;
  spot: Spot;
  inside: boolean;
  risky: boolean;
  onOpen: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const label = node.label ?? t('graph.outside');
  const written = lines(label);
  const under = node.kind === 'person' && node.sub_label !== null ? t('person.age', { age: node.sub_label }) : (node.sub_label ?? '');
  const width = Math.max(76, Math.max(...written.map(wide)) + 18);
  const height = written.length === 2 ? 48 : 34;
  const style = inside ? 'in' : risky ? 'w' : 'o';
  return (
    <g
      className={onOpen === undefined ? '' : 'go'}
      {...(onOpen === undefined
        ? {}
        : { role: 'link', tabIndex: 0, 'aria-label': label, onClick: onOpen, onKeyDown: (event) => event.key === 'Enter' && onOpen() })}
    >
      <title>{under === '' ? label : `${label}，${under}`}</title>
      <rect x={spot.x - width / 2} y={spot.y - height / 2} width={width} height={height} rx="3" className={style} />
      {written.map((line, index) => (
        <text
          key={line}
          x={spot.x}
          y={spot.y - height / 2 + 15 + index * 14 + (under === '' ? 5 : 0)}
          textAnchor="middle"
          className={node.label === null ? 'b' : 'a'}
        >
          {line}
        </text>
      ))}
      {under !== '' && (
        <text x={spot.x} y={spot.y + height / 2 - 5} textAnchor="middle" className="b">
          {under}
        </text>
      )}
    </g>
  );
}

/** Who is tied to whom. The household stands on its own ground; a guarantee is drawn in amber. The same as a table is one click away. */
export function RelationDrawing({ graph, centre }: { graph: RelationGraph; centre?: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asTable, setAsTable] = useState(false);
  if (graph.nodes.length <= 1) {
    return (
      <Empty title={t('graph.none')} inside>
        {t('graph.noneNext')}
      </Empty>
    );
  }
  const drawing = layOut(graph, centre);
  const risky = new Set(graph.edges.filter((edge) => edge.kind === 'guarantor').flatMap((edge) => [edge.from, edge.to]));
  const open = (node: GraphNode): (() => void) | undefined => {
    const id = node.person_id;
    return id === null || id === centre ? undefined : () => void navigate({ to: '/persons/$id', params: { id } });
  };
  return (
    <div className="graph-box">
      <button type="button" className="link sm turn" onClick={() => setAsTable(!asTable)}>
        {asTable ? t('graph.asDrawing') : drawing.left > 0 ? t('graph.asTableMore', { count: drawing.left }) : t('graph.asTable')}
      </button>
      {asTable ? (
        <EdgeTable graph={graph} />
      ) : (
        <svg
          className="graph"
          viewBox={`0 0 ${drawing.width} ${drawing.height}`}
          preserveAspectRatio="xMidYMin meet"
          role="group"
          aria-label={t('graph.label')}
        >
          <rect
            x={drawing.house.x}
            y={drawing.house.y}
            width={drawing.house.width}
            height={drawing.house.height}
            rx="6"
            className="house"
          />
          {centre === undefined && (
            <text x={drawing.house.x + 10} y={drawing.house.y + drawing.house.height - 8} className="l own">
              {t('graph.house')}
            </text>
          )}
          {drawing.edges.map((edge) => {
            const [from, to] = [drawing.spots.get(edge.from), drawing.spots.get(edge.to)];
            return from === undefined || to === undefined ? null : (
              <Line key={`${edge.kind}-${edge.from}-${edge.to}`} edge={edge} from={from} to={to} />
            );
          })}
          {graph.nodes.map((node) => {
            const spot = drawing.spots.get(node.id);
            const inside = node.own_household || node.id === centre;
            return spot === undefined ? null : (
              <Box key={node.id} node={node} spot={spot} inside={inside} risky={risky.has(node.id)} onOpen={open(node)} />
            );
          })}
        </svg>
      )}
    </div>
  );
}

function EdgeTable({ graph }: { graph: RelationGraph }) {
  const { t } = useTranslation();
  const textOf = useEdgeText();
  const names = new Map(graph.nodes.map((node) => [node.id, node.label ?? t('graph.outside')]));
  return (
    <table className="dt flush">
      <thead>
        <tr>
          <th>{t('graph.from')}</th>
          <th>{t('graph.tie')}</th>
          <th>{t('graph.to')}</th>
        </tr>
      </thead>
      <tbody>
        {graph.edges.map((edge) => (
          <tr key={`${edge.kind}-${edge.from}-${edge.to}`}>
            <td className="wrap">{names.get(edge.from)}</td>
            <td className={edge.kind === 'guarantor' ? 'warn' : ''}>{textOf(edge)}</td>
            <td className="wrap">{names.get(edge.to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

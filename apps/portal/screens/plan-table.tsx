import type { DrawPreview } from '../api.ts';
import { yuan } from '../format.ts';
import { useWords } from '../words/index.tsx';

/** Every payment of the draw, folded: who wants to see them opens them. */
export function PlanTable({ preview: { lines } }: { preview: DrawPreview }) {
  const { words } = useWords();
  return (
    <details className="plan">
      <summary>{words.allPayments}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.dueDay}</th>
            <th scope="col">{words.principal}</th>
            <th scope="col">{words.interest}</th>
            <th scope="col">{words.left}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.due_date}>
              <td>{line.due_date}</td>
              <td>{yuan(line.principal_fen)}</td>
              <td>{yuan(line.interest_fen)}</td>
              <td>{yuan(line.balance_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

import type { Application } from '../api.ts';
import { percent, yuan } from '../format.ts';
import { useWords } from '../words/index.tsx';

type Cost = NonNullable<Application['offer']>['cost'];

/** 综合融资成本明示表: every item, all together, and what comes on top only when nothing is paid. */
export function CostTable({ cost }: { cost: Cost }) {
  const { words, say } = useWords();
  return (
    <table className="fees">
      <caption>
        {words.allCosts} <small>{words.allCostsForm}</small>
      </caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{words.costItem}</th>
          <th scope="col">{words.costCollector}</th>
          <th scope="col">{words.costAmount}</th>
        </tr>
      </thead>
      <tbody>
        {cost.items.map((item) => (
          <tr key={item.name.zh}>
            <td>{say(item.name)}</td>
            <td>{say(item.collector)}</td>
            <td>{yuan(item.amount_fen)}</td>
          </tr>
        ))}
        <tr className="sum">
          <td colSpan={2}>{words.costTotal(percent(cost.yearly_ppm))}</td>
          <td>{yuan(cost.total_fen)}</td>
        </tr>
      </tbody>
      {cost.late.length > 0 && (
        <tfoot>
          <tr>
            <td colSpan={3}>
              <b>{words.lateTitle}</b>
              {cost.late.map((late) => (
                <p key={late.name.zh}>
                  {say(late.name)}：{say(late.standard)}
                </p>
              ))}
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

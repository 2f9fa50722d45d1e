import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys.ts';

export interface Column<T> {
  readonly key: string;
  readonly head: string;
  readonly unit?: string;
  readonly num?: boolean;
  /** The server's word for sorting by this column. */
  readonly sort?: string;
  /** Always shown; the others may be put away. */
  readonly fixed?: boolean;
  /** Put away until chosen. */
  readonly spare?: boolean;
  readonly wrap?: boolean;
  readonly className?: string;
  readonly cell: (row: T) => ReactNode;
}

export interface Order {
  readonly by: string;
  readonly direction: 'asc' | 'desc';
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly openKey?: string | undefined;
  readonly onOpen?: (row: T) => void;
  readonly order?: Order;
  readonly onOrder?: (order: Order) => void;
  readonly tall?: boolean;
  readonly flush?: boolean;
  readonly foot?: ReactNode;
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const;

function Heading<T>({
  column,
  order,
  onOrder,
}: {
  column: Column<T>;
  order: Order | undefined;
  onOrder: ((order: Order) => void) | undefined;
}) {
  const { t } = useTranslation();
  const words = (
    <>
      {column.head}
      {column.unit !== undefined && <span className="unit">{`，${column.unit}`}</span>}
    </>
  );
  const style = [column.num === true ? 'num' : '', column.className ?? ''].join(' ').trim();
  const by = column.sort;
  if (by === undefined || onOrder === undefined) return <th className={style}>{words}</th>;
  const here = order?.by === by ? order.direction : undefined;
  const next = here === 'desc' ? 'asc' : here === 'asc' ? 'desc' : column.num === true ? 'desc' : 'asc';
  return (
    <th className={style} aria-sort={here === undefined ? 'none' : ariaSort[here]}>
      <button type="button" title={t('list.sortBy', { column: column.head })} onClick={() => onOrder({ by, direction: next })}>
        {words}
        {here !== undefined && <span aria-hidden="true">{here === 'asc' ? ' ↑' : ' ↓'}</span>}
      </button>
    </th>
  );
}

/** A dense table. With `onOpen`, `j` and `k` move along the rows and Enter opens one. */
export function Table<T>(props: TableProps<T>) {
  const { columns, rows, rowKey, onOpen, openKey, order, onOrder } = props;
  const [at, setAt] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const move = (step: number): void => setAt((now) => Math.max(0, Math.min(rows.length - 1, now + step)));
  useKeys(
    onOpen === undefined
      ? {}
      : {
          j: () => move(1),
          k: () => move(-1),
          Enter: () => {
            const row = rows[at];
            if (row !== undefined) onOpen(row);
          },
        },
  );
  useEffect(() => {
    if (at >= 0) body.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const style = ['dt', onOpen === undefined ? '' : 'open', props.tall === true ? 'tall' : '', props.flush === true ? 'flush' : ''];
  return (
    <table className={style.filter(Boolean).join(' ')} aria-label={props.label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.key} column={column} order={order} onOrder={onOrder} />
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, index) => {
          const key = rowKey(row);
          const mark = key === openKey ? 'on' : index === at && onOpen !== undefined ? 'at' : undefined;
          const click =
            onOpen === undefined
              ? undefined
              : () => {
                  setAt(index);
                  onOpen(row);
                };
          return (
            <tr key={key} className={mark} onClick={click}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={[column.num === true ? 'num' : '', column.wrap === true ? 'wrap' : '', column.className ?? '']
                    .join(' ')
                    .trim()}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
      {props.foot !== undefined && <tfoot>{props.foot}</tfoot>}
    </table>
  );
}

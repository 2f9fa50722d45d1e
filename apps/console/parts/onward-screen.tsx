import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Onward } from '../api/onward.ts';
import { Docked } from './drawer.tsx';
import { OnwardList } from './onward-list.tsx';
import { PageHead } from './page.tsx';
import { Sentence } from './sentence.tsx';
import { Empty } from './states.tsx';
import { Table, type Column } from './table.tsx';

/** A screen that is one list: its head, its filters as a sentence, its rows, and what opens beside them. */
export function OnwardScreen<Row>({
  title,
  notes,
  actions,
  notice,
  sentence,
  control,
  list,
  columns,
  none,
  noneNext,
  onClear,
  rowKey,
  onOpen,
  drawer,
}: {
  title: string;
  notes?: ReactNode;
  actions?: ReactNode;
  /** What has just been done here. */
  notice?: ReactNode;
  sentence: ReactNode;
  /** Of the saved views and the columns. */
  control: ReactNode;
  list: Onward<Row>;
  columns: readonly Column<Row>[];
  none: string;
  noneNext: string;
  /** Takes all filters away. */
  onClear: () => void;
  rowKey: (row: Row) => string;
  onOpen: (row: Row) => void;
  drawer: ReactNode | null;
}) {
  const { t } = useTranslation();
  const empty = (
    <Empty
      title={none}
      action={
        <button type="button" className="btn" onClick={onClear}>
          {t('list.clear')}
        </button>
      }
    >
      {noneNext}
    </Empty>
  );
  return (
    <>
      <PageHead title={title} notes={notes} actions={actions} />
      {notice}
      <Sentence right={control}>{sentence}</Sentence>
      <Docked
        list={
          <OnwardList list={list} empty={empty}>
            {(rows) => <Table label={title} columns={columns} rows={rows} rowKey={rowKey} onOpen={onOpen} />}
          </OnwardList>
        }
        drawer={drawer}
      />
    </>
  );
}

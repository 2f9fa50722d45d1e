import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ProposalPage } from '#modules/change/contract.ts';
import { addresses, batchPage, lineList, lineReasons, openingKind, projectPage } from '#modules/village/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, wan } from '../../format.ts';
import { Bones, Failure } from '../../parts/states.tsx';
import { usePlainRule } from '../village/words.ts';

/** A batch of limits or the opening of a project in words and money, with the way to its list; `otherwise` for any other proposal. */
export function VillageChange({ page, otherwise }: { page: ProposalPage; otherwise: ReactNode }) {
  const me = useMe();
  if (!me.may('village.read')) return <>{otherwise}</>;
  if (page.kind === 'village.batch') return <OfBatch id={page.subject} />;
  if (page.kind === openingKind) return <OfProject id={page.subject} />;
  if (page.kind === 'village.reversal') return <OfReversal page={page} otherwise={otherwise} />;
  return <>{otherwise}</>;
}

function OfBatch({ id }: { id: string }) {
  const { t } = useTranslation();
  const batch = useQuery({ queryKey: ['change', 'batch', id], queryFn: () => get(batchPage, addresses.batch.replace(':batch', id)) });
  if (batch.isError) return <Failure inside problem={batch.error} retry={() => void batch.refetch()} />;
  if (batch.isPending) return <Bones rows={5} />;
  const { people, total_fen, valid_from, valid_to, difference, left_out, reasons, project_id } = batch.data;
  const amount = (fen: string): string => `${wan(fen)} ${t('unit.wan')}`;
  const sides = (['fresh', 'raised', 'lowered', 'same'] as const).filter((side) => difference[side].people > 0);
  const reasonText = (reason: string): string => {
    const known = lineReasons.find((one) => one === reason);
    return known === undefined ? reason : t(`granting.lineReason.${known}`);
  };
  return (
    <Facts
      rows={[
        [t('granting.column.people'), count(people)],
        [t('granting.column.total'), amount(total_fen)],
        ...sides.map((side): Fact => [t(`granting.side.${side}`), `${count(difference[side].people)} · ${amount(difference[side].fen)}`]),
        [t('granting.valid'), `${valid_from} – ${valid_to}`],
        [t('granting.column.leftOut'), count(left_out)],
        ...reasons.map(({ reason, people: of }): Fact => [reasonText(reason), count(of)]),
      ]}
    >
      <Link to="/village/grants" search={{ project: project_id, tab: 'batches', open: id }}>
        {t('changes.village.list')}
      </Link>
    </Facts>
  );
}

function OfProject({ id }: { id: string }) {
  const { t } = useTranslation();
  const plainRule = usePlainRule();
  const project = useQuery({ queryKey: ['change', 'project', id], queryFn: () => get(projectPage, addresses.project.replace(':id', id)) });
  if (project.isError) return <Failure inside problem={project.error} retry={() => void project.refetch()} />;
  if (project.isPending) return <Bones rows={5} />;
  const { name, batch_no, areas_list, starts_on, ends_on, rounds, reviewers, targets, take_rule } = project.data;
  const percent = { filed: targets.filed / 10, granted: targets.granted / 10, used: targets.used / 10 };
  return (
    <Facts
      rows={[
        [t('village.projects.column.name'), `${name} ${batch_no}`],
        [t('village.projects.column.places'), areas_list.map((area) => `${area.name} ${area.grid_code}`).join(t('list.comma'))],
        [t('village.projects.field.starts'), starts_on],
        [t('village.projects.field.ends'), ends_on],
        [t('village.projects.field.rounds'), String(rounds)],
        [t('village.projects.field.reviewers'), String(reviewers)],
        [t('village.rules.targets'), t('village.rules.targetsText', percent)],
        [t('village.projects.field.rule'), plainRule(take_rule)],
      ]}
    >
      <Link to="/village/projects/$id" params={{ id }}>
        {t('changes.village.project')}
      </Link>
    </Facts>
  );
}

const granted = z.object({ limit_fen: z.string().regex(/^\d{1,18}$/) });

/** One granted limit that is taken back: `B12 P…`. */
function OfReversal({ page, otherwise }: { page: ProposalPage; otherwise: ReactNode }) {
  const { t } = useTranslation();
  const [batch = '', person = ''] = page.subject.split(' ');
  const before = granted.safeParse(page.before);
  const found = useQuery({
    queryKey: ['change', 'line', page.subject],
    queryFn: () => get(lineList, addresses.batchLines.replace(':batch', batch), { person, limit: 1 }),
  });
  if (!before.success) return <>{otherwise}</>;
  if (found.isError) return <Failure inside problem={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Bones rows={4} />;
  const [line] = found.data.items;
  const amount = (limit: string): string => `${wan(limit)} ${t('unit.wan')}`;
  return (
    <Facts
      rows={[
        [t('changes.village.batch'), batch],
        [t('granting.column.name'), line?.name ?? person],
        [t('changes.village.limit'), `${amount(before.data.limit_fen)} → ${amount('0')}`],
        [t('changes.village.record'), t('granting.reverseSays')],
      ]}
    >
      <Link to="/persons/$id" params={{ id: person }}>
        {t('changes.village.person')}
      </Link>
    </Facts>
  );
}

type Fact = [name: string, value: string];

function Facts({ rows, children }: { rows: readonly Fact[]; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t('changes.village.what')}</h3>
      <dl className="kv">
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <p>{children}</p>
    </>
  );
}

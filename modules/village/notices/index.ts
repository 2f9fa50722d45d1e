import { addWorkingSeconds, workingSecondsBetween } from '#core/calendar/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { placeText, readPlaces } from '#modules/population/index.ts';
import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { mustCover } from '../limits/determine.ts';
import { takenTable } from '../limits/views.ts';
import { openProject, readProject } from '../projects/open-project.ts';
import { noticeRefusals } from './contract.ts';
import type { AnswerObjection, Notice, NoticeList, Objection, ObjectionList, RaiseObjection } from './contract.ts';

export type Notices = ReturnType<typeof createNotices>;

/** The same time of day, so many working days on. */
function dueAfter(raised: Temporal.Instant, workingDays: number, hours: WorkingHours): Temporal.Instant {
  const day = hours.spans.reduce((sum, { from, to }) => sum + secondsOf(to) - secondsOf(from), 0);
  return addWorkingSeconds(raised, day * workingDays, hours);
}

const secondsOf = (time: string): number => Temporal.PlainTime.from('00:00').until(Temporal.PlainTime.from(time)).total('seconds');

interface NoticeRow extends Omit<Notice, 'notice_id' | 'place' | 'is_over' | 'posted_by'> {
  notice_id: bigint;
  posted_by: string;
  poster: string | null;
}
interface ObjectionRow extends Omit<
  Objection,
  'objection_id' | 'notice_id' | 'seconds_left' | 'seconds_allowed' | 'taken_by' | 'answered_by'
> {
  objection_id: bigint;
  notice_id: bigint;
  taken_by: string;
  taker: string | null;
  answered_by: string | null;
  answerer: string | null;
}
const staffOf = (staffId: string, name: string | null) => ({ staff_id: staffId, name: name ?? staffId });
/** The name of whom a column of a row names. */
const nameOf = (row: 'n' | 'o', column: string): string =>
  `(select s.name from organization.staff s where s.entity_id = ${row}.entity_id and s.staff_id = ${row}.${column})`;

export function createNotices({ db, clock, hours }: VillageDeps) {
  return {
    /** Names of everybody under a node with a limit of the branch's word. Refuses: project_unknown, project_not_open, grid_outside, nobody_to_name. */
    post: (session: Session, projectId: bigint, gridCode: string): Promise<string> =>
      withOwner(db, async (tx) => {
        const project = await openProject(tx, session.entityId, projectId);
        mustCover(session, gridCode);
        const named = await tx.query<{ person_id: string; name: string }>(
          `select person_id, name from ${takenTable}
           where project_id = $1 and left(grid_code, ${gridCode.length}) = $2 and determined_fen > 0 and not is_moved order by place, person_id`,
          [projectId, gridCode],
        );
        if (named.length === 0) throw refuse(noticeRefusals, 'nobody_to_name');
        const today = clock.today();
        const [row] = await tx.query<{ notice_id: bigint }>(
          `insert into village.public_notice (project_id, entity_id, grid_code, names, people, posted_on, until, posted_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning notice_id`,
          [
            projectId,
            session.entityId,
            gridCode,
            named.map(({ name }) => name),
            named.map(({ person_id }) => person_id),
            today.toString(),
            today.add({ days: project.rules.settings.notice.days - 1 }).toString(),
            session.actorId,
          ],
        );
        return `N${row?.notice_id}`;
      }),

    /** Refuses: project_unknown. */
    list: (session: Session, projectId: bigint): Promise<NoticeList> =>
      withSession(db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        const rows = await tx.query<NoticeRow>(
          `select notice_id, grid_code, names, people, posted_on, until, posted_by, ${nameOf('n', 'posted_by')} as poster,
             (select count(*)::int from village.objection o where o.notice_id = n.notice_id) as objections
           from village.public_notice n where project_id = $1 order by notice_id desc limit 100`,
          [projectId],
        );
        const places = await readPlaces(tx, [...new Set(rows.map(({ grid_code }) => grid_code))]);
        const today = clock.today().toString();
        return {
          items: rows.map(({ poster, ...row }) => ({
            ...row,
            notice_id: `N${row.notice_id}`,
            place: placeText(row.grid_code, places),
            is_over: today > row.until,
            posted_by: staffOf(row.posted_by, poster),
          })),
        };
      }),

    /** Refuses: notice_unknown, project_not_open, notice_over, not_on_notice. */
    raise: (session: Session, noticeId: bigint, { person_id, text }: RaiseObjection): Promise<{ objection_id: string; due_at: string }> =>
      withOwner(db, async (tx) => {
        const [notice] = await tx.query<{ project_id: bigint; grid_code: string; people: string[]; until: string }>(
          'select project_id, grid_code, people, until from village.public_notice where entity_id = $1 and notice_id = $2',
          [session.entityId, noticeId],
        );
        if (!notice || !session.scopes.some((scope) => notice.grid_code.startsWith(scope))) throw refuse(noticeRefusals, 'notice_unknown');
        const project = await openProject(tx, session.entityId, notice.project_id);
        if (clock.today().toString() > notice.until) throw refuse(noticeRefusals, 'notice_over');
        if (!notice.people.includes(person_id)) throw refuse(noticeRefusals, 'not_on_notice');
        const raised = clock.now().round('millisecond');
        const due = dueAfter(raised, project.rules.settings.notice.objection_working_days, hours(session.entityId)).toString();
        const [row] = await tx.query<{ objection_id: bigint }>(
          `insert into village.objection (notice_id, project_id, person_id, entity_id, grid_code, text, raised_at, due_at, taken_by)
           select $1, $2, $3, $4, grid_code, $5, $6, $7, $8 from village.member where project_id = $2 and person_id = $3 returning objection_id`,
          [noticeId, notice.project_id, person_id, session.entityId, text, raised.toString(), due, session.actorId],
        );
        return { objection_id: `O${row?.objection_id}`, due_at: due };
      }),

    /** Who objected to whom, and until when an answer is due. Refuses: project_unknown. */
    objections: (session: Session, projectId: bigint): Promise<ObjectionList> =>
      withSession(db, session, async (tx) => {
        await readProject(tx, session.entityId, projectId);
        const rows = await tx.query<ObjectionRow>(
          `select o.objection_id, o.notice_id, o.person_id, m.name, o.grid_code, o.text, o.raised_at, o.due_at, o.taken_by, o.outcome, o.answer, o.answered_by,
             o.answered_at, ${nameOf('o', 'taken_by')} as taker, ${nameOf('o', 'answered_by')} as answerer
           from village.objection o join village.member m using (project_id, person_id)
           where o.project_id = $1 order by o.answered_at is not null, o.due_at, o.objection_id limit 200`,
          [projectId],
        );
        const [now, working] = [clock.now(), hours(session.entityId)];
        return {
          items: rows.map(({ taker, answerer, ...row }) => {
            const due = Temporal.Instant.from(row.due_at);
            return {
              ...row,
              objection_id: `O${row.objection_id}`,
              notice_id: `N${row.notice_id}`,
              seconds_left: row.outcome === null ? workingSecondsBetween(now, due, working) : null,
              seconds_allowed: workingSecondsBetween(Temporal.Instant.from(row.raised_at), due, working),
              taken_by: staffOf(row.taken_by, taker),
              answered_by: row.answered_by === null ? null : staffOf(row.answered_by, answerer),
            };
          }),
        };
      }),

    /** Upheld: the branch's word of before counts no more, a new one is needed. Refuses: objection_unknown, objection_answered. */
    answer: (session: Session, objectionId: bigint, { outcome, answer }: AnswerObjection, requestId?: string): Promise<void> =>
      withOwner(db, async (tx) => {
        const [row] = await tx.query<{ grid_code: string; outcome: string | null }>(
          'select grid_code, outcome from village.objection where entity_id = $1 and objection_id = $2 for update',
          [session.entityId, objectionId],
        );
        if (!row || !session.scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(noticeRefusals, 'objection_unknown');
        if (row.outcome !== null) throw refuse(noticeRefusals, 'objection_answered');
        await tx.query(
          'update village.objection set outcome = $2, answer = $3, answered_by = $4, answered_at = $5 where objection_id = $1',
          [objectionId, outcome, answer, session.actorId, clock.now().toString()],
        );
        await record(tx, {
          entityId: session.entityId,
          actorId: session.actorId,
          action: 'village.objection_answer',
          subjectKind: 'village_objection',
          subjectId: `O${objectionId}`,
          detail: { outcome },
          requestId,
        });
      }),
  };
}

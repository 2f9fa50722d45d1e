import type { Readable } from 'node:stream';
import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { VillageDeps } from '../deps.ts';
import { openProject } from '../projects/open-project.ts';
import { poolRefusals } from './contract.ts';
import type {
  ActedOn,
  FindBody,
  GroupHead,
  ManagerList,
  NewMember,
  PoolHousehold,
  PoolList,
  PoolQuery,
  presences,
  RolledIn,
  SetGroupHead,
} from './contract.ts';
import { setGroupHead } from './group-heads.ts';
import { assign, claim, exclude, release, takeBack } from './keep.ts';
import { addMembers, find, merge, move, setPresence, split } from './reshape.ts';
import { rollIn } from './roll-in.ts';
import { rollOut } from './roll-out.ts';
import type { Acting } from './store.ts';
import { listGroupHeads, listManagers, listPool, readPoolHousehold } from './views.ts';

export type Pool = ReturnType<typeof createPool>;

/** What every act of a request brings. */
export interface Act {
  readonly caller: Caller;
  readonly projectId: bigint;
  readonly requestId: string;
}
interface Asked {
  household_id: string;
  revision: number;
}

export function createPool(deps: VillageDeps) {
  const { db, clock, vault } = deps;
  const invalidCursor = (): Error => refuse(poolRefusals, 'cursor_invalid');
  /** In an open project. Refuses first: project_unknown, project_not_open. */
  const acting = <Result>({ caller: { session }, projectId, requestId }: Act, work: (acting: Acting) => Promise<Result>): Promise<Result> =>
    withOwner(db, async (tx) => {
      const project = await openProject(tx, session.entityId, projectId);
      return work({ tx, session, project, requestId, today: clock.today().toString(), at: clock.now().toString() });
    });
  return {
    /** Refuses: project_unknown, cursor_invalid. */
    list: (session: Session, projectId: bigint, query: PoolQuery): Promise<PoolList> =>
      withSession(db, session, (tx) =>
        listPool(tx, { entityId: session.entityId, projectId, today: clock.today().toString() }, query, invalidCursor),
      ),
    /** Refuses: project_unknown, household_unknown. */
    household: (session: Session, projectId: bigint, householdId: string): Promise<PoolHousehold> =>
      withSession(db, session, (tx) => readPoolHousehold(tx, session.entityId, projectId, householdId, clock.today().toString())),
    /** Refuses: project_unknown. */
    groupHeads: (session: Session, projectId: bigint): Promise<GroupHead[]> =>
      withSession(db, session, (tx) => listGroupHeads(tx, session.entityId, projectId)),
    /** Refuses: project_unknown. */
    managers: (session: Session, projectId: bigint): Promise<ManagerList> =>
      withSession(db, session, (tx) => listManagers(tx, session.entityId, projectId)),

    claim: (act: Act, asked: readonly Asked[]): Promise<ActedOn> => acting(act, (one) => claim(one, asked)),
    assign: (act: Act, asked: readonly Asked[], managerId: string): Promise<ActedOn> => acting(act, (one) => assign(one, asked, managerId)),
    release: (act: Act, asked: readonly Asked[]): Promise<ActedOn> => acting(act, (one) => release(one, act.caller, asked)),
    exclude: (act: Act, asked: readonly Asked[], reason: string): Promise<ActedOn> => acting(act, (one) => exclude(one, asked, reason)),
    takeBack: (act: Act, asked: readonly Asked[], reason: string): Promise<ActedOn> => acting(act, (one) => takeBack(one, asked, reason)),

    find: (act: Act, given: FindBody): Promise<Asked> => acting(act, (one) => find(one, vault.installationKey, given)),
    addMembers: (act: Act, asked: Asked, members: readonly NewMember[], reason: string): Promise<Asked> =>
      acting(act, (one) => addMembers(one, vault.installationKey, asked, members, reason)),
    move: (act: Act, asked: Asked, gridCode: string, reason: string): Promise<Asked> =>
      acting(act, (one) => move(one, asked, gridCode, reason)),
    split: (act: Act, asked: Asked, personIds: readonly string[], reason: string): Promise<Asked & { made: Asked }> =>
      acting(act, (one) => split(one, asked, personIds, reason)),
    merge: (act: Act, asked: Asked, into: Asked, reason: string): Promise<Asked> => acting(act, (one) => merge(one, asked, into, reason)),
    setPresence: (act: Act, asked: Asked, personId: string, presence: (typeof presences)[number], reason: string): Promise<Asked> =>
      acting(act, (one) => setPresence(one, asked, personId, presence, reason)),

    /** The roll of a part of the grid as a workbook. Refuses: project_unknown. */
    rollOut: (session: Session, projectId: bigint, grid: string | undefined, requestId: string): Promise<Readable> =>
      rollOut(db, session, { projectId, grid, requestId, at: clock.now() }, (error) => deps.onFault(error, `roll of V${projectId}`)),
    /** Refuses: project_unknown, project_not_open, roll_unreadable, roll_of_other, roll_wrong. */
    rollIn: (act: Act, file: Buffer, isTrial: boolean): Promise<RolledIn> => acting(act, (one) => rollIn(one, file, isTrial)),

    setGroupHead: (act: Act, gridCode: string, given: SetGroupHead): Promise<void> =>
      acting(act, (one) => setGroupHead(one, vault, gridCode, given)),
  };
}

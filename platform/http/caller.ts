import type { Session } from '#platform/postgres/index.ts';

/** Who asks, as found from the session cookie by whoever owns sign-in. */
export interface Caller {
  session: Session;
  permissions: ReadonlySet<string>;
  /** What writes must carry in `x-qianmo-csrf`. */
  csrf: string;
  /** Until the password is changed nothing else is open to this caller. */
  mustChangePassword: boolean;
}

export const sessionCookie = 'qianmo_session';
export const csrfHeader = 'x-qianmo-csrf';

/** Everyone, signed in or not. */
export const anyone = Symbol('anyone');
/** Everyone who is signed in. */
export const signedIn = Symbol('signed in');
/** Everyone who is signed in, even while the password must be changed first. */
export const signingIn = Symbol('signing in');
export type Permission = string | typeof anyone | typeof signedIn | typeof signingIn;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

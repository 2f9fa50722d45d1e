/** What the web server does for whom: every request under the name of its route, and how long the server had it. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Act, Ledger } from '../ledger.ts';

export interface Watched {
  /** Milliseconds of every request since the last look: from the server's first sight of it to the end of its answer. */
  take(): number[];
}

/** @param nameOf of a request's path: what stands in it of one borrower or channel is left out */
export function watchServer(server: Server, ledger: Ledger, nameOf: (path: string) => string): Watched {
  let times: number[] = [];
  const [handle] = server.listeners('request');
  if (handle === undefined) throw new Error('a server that handles nothing');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const from = performance.now();
    const act: Act = { name: `${request.method} ${nameOf(request.url ?? '')}` };
    response.once('finish', () => {
      times.push(performance.now() - from);
      // What the bank does after its answer is the case going on by itself.
      act.name = 'case';
    });
    void ledger.during<unknown>(act, async () => Reflect.apply(handle, server, [request, response]));
  });
  return {
    take() {
      const seen = times;
      times = [];
      return seen;
    },
  };
}

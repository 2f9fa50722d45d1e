import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly cookie: string | undefined;
  readonly body: string;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * One connection that asks one thing after another and speaks no more HTTP than the bank's answers need: a whole client would take a tenth of the two
 * cores on which the bank is measured.
 */
export class Line {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;

  constructor(port: number, localAddress: string) {
    this.#host = `127.0.0.1:${port}`;
    this.#socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.once('error', (error) => this.#waiting?.reject(error));
    this.#socket.once('close', () => this.#waiting?.reject(new Error('the bank closed the connection')));
  }

  ask(method: 'GET' | 'POST', path: string, cookie: string, payload: object | undefined): Promise<Answer> {
    const body = payload === undefined ? '' : JSON.stringify(payload);
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `host: ${this.#host}`,
      ...(cookie === '' ? [] : [`cookie: ${cookie}`]),
      ...(payload === undefined ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
    ];
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { resolve, reject };
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    return promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.#waiting?.reject(new Error(`an answer without its length: ${head.slice(0, 200)}`));
    const [from, to] = [end + 4, end + 4 + Number(length)];
    if (this.#received.length < to) return;
    const body = this.#received.toString('utf8', from, to);
    this.#received = this.#received.subarray(to);
    this.#waiting?.resolve({ status: Number(head.slice(9, 12)), cookie: /\r\nset-cookie: ([^;\r]+)/i.exec(head)?.[1], body });
  }
}

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Splitter } from './frames.ts';
import { WireError } from './wire-error.ts';

export interface ConnectionEvents {
  opened(): void;
  /** A whole message. What it throws as WireError ends the connection. */
  received(message: Buffer): void;
  /** Once, at the end, whatever ended it. */
  closed(loss: Loss): void;
}

export interface Loss {
  reason: 'not_reached' | 'connect_timeout' | 'connection_lost' | 'unreadable_answer' | 'closed';
  detail: string;
}

/** One TCP connection from its first attempt to its end; it is never opened again. */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #frames: Splitter;
  readonly #ended = Promise.withResolvers<void>();
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Messages received so far. */
  heard = 0;

  constructor(address: { host: string; port: number; timeoutMs: number }, frames: Splitter, events: ConnectionEvents) {
    this.#frames = frames;
    this.#events = events;
    this.#socket = connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true });
    const patience = setTimeout(() => this.#end({ reason: 'connect_timeout', detail: `${address.timeoutMs} ms` }), address.timeoutMs);
    this.#socket.once('connect', () => {
      clearTimeout(patience);
      this.#state = 'open';
      events.opened();
    });
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#end(this.#lossOf(error.message)));
    // The other side never closes only its half: its end is the connection's.
    this.#socket.on('end', () =>
      this.#end(this.#lossOf(this.#frames.isInside ? '应答未传完 / in the middle of an answer' : '对方关闭 / closed by the other side')),
    );
    this.#socket.on('close', () => {
      clearTimeout(patience);
      this.#end(this.#lossOf('连接已断 / gone'));
      this.#ended.resolve();
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  /** Ends it at once; resolves when the socket is gone. */
  close(loss: Loss): Promise<void> {
    this.#end(loss);
    return this.#ended.promise;
  }

  #read(chunk: Buffer): void {
    try {
      for (const message of this.#frames.push(chunk)) {
        if (this.#state === 'closed') return;
        this.heard += 1;
        this.#events.received(message);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#end({ reason: 'unreadable_answer', detail: error.message });
    }
  }

  #end(loss: Loss): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#socket.destroy();
    this.#events.closed(loss);
  }

  #lossOf(detail: string): Loss {
    return { reason: this.#state === 'connecting' ? 'not_reached' : 'connection_lost', detail };
  }
}

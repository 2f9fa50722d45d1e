/** The register at its port: questions in, answers out, and whatever is ordered to go wrong in between. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { defineSimulator, Draw } from '#platform/simulator/index.ts';
import type { World } from '#platform/simulator/index.ts';
import { WireError } from '#platform/wire/index.ts';
import { frame, newFrames, readRequest, writeAnswer } from '../protocol.ts';
import type { CheckAnswer, CheckRequest } from '../protocol.ts';
import { identityFaults } from './faults.ts';
import type { IdentityFault } from './faults.ts';

const person = z.strictObject({ name: z.string().nullable(), photo: z.boolean().default(true) });
/** Puts who has a number, null for nobody, in place of whoever asks. */
const command = z.strictObject({ put: z.strictObject({ id_no: z.string(), person }) });
type Person = z.output<typeof person>;

export const simulator = defineSimulator({
  name: 'identity-check',
  faults: identityFaults,
  own: z.strictObject({}),
  open(world) {
    const register = new Register(world);
    return {
      server: createServer({ noDelay: true }, (socket) => register.welcome(socket)),
      obey(asked) {
        const { id_no: idNo, person: told } = command.parse(asked).put;
        register.put(idNo, told);
      },
    };
  },
});

class Register {
  readonly #world: World<IdentityFault>;
  readonly #people = new Map<string, Person>();
  /** Answers that wait for the next question. */
  #late: (() => void)[] = [];
  #last = 'NONE';

  constructor(world: World<IdentityFault>) {
    this.#world = world;
  }

  put(idNo: string, told: Person): void {
    this.#people.set(idNo, told);
  }

  welcome(socket: Socket): void {
    const frames = newFrames();
    // Callers come and go as they like; a connection they break is theirs to open again.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const body of frames.push(chunk)) this.#serve(readRequest(body), socket);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.#world.say(`连接已关闭 / connection closed: ${error.message}`);
        socket.destroy();
      }
    });
  }

  #serve(request: CheckRequest, socket: Socket): void {
    const { faults } = this.#world;
    const subject = { id: request.id };
    const fault = faults.choose(subject);
    if (fault !== null) faults.strike(subject);
    const late = this.#late.splice(0);
    const send = (): void => {
      this.#send(request, socket, fault);
      for (const sendLate of late) sendLate();
    };
    if (fault === 'late_answer') this.#late.push(() => this.#send(request, socket, null));
    else if (fault !== 'lose_request') setTimeout(send, fault === 'delay' ? faults.delayMs : this.#world.paceMs(request.id));
  }

  #send(request: CheckRequest, socket: Socket, fault: IdentityFault | null): void {
    if (!socket.writable) return;
    const answer = this.#answer(request);
    const bytes = frame(writeAnswer(struck(answer, fault, this.#last)));
    this.#last = request.id;
    switch (fault) {
      case 'cut_answer':
        socket.end(bytes.subarray(0, bytes.length / 2));
        return;
      case 'garbage':
        socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
        return;
      case 'double_answer':
        socket.write(bytes);
        socket.write(bytes);
        return;
      default:
        socket.write(bytes);
    }
  }

  #answer({ id, source, date, name, idNo }: CheckRequest): CheckAnswer {
    const draw = new Draw(`${this.#world.seed}|identity|${idNo}`);
    const known = this.#people.get(idNo) ?? { name, photo: draw.chance(0.92) };
    const head = { reference: id, source, date, name, idNo };
    if (!/^\d{17}[\dX]$/.test(idNo) || name === '') return { ...head, result: '05', issueOffice: '', photo: '' };
    if (known.name === null) return { ...head, result: '03', issueOffice: '', photo: '' };
    if (known.name !== name) return { ...head, result: '02', issueOffice: '', photo: '' };
    const issueOffice = '灌云县公安局';
    return known.photo
      ? { ...head, result: '00', issueOffice, photo: portraitOf(idNo) }
      : { ...head, result: '01', issueOffice, photo: '' };
  }
}

function struck(answer: CheckAnswer, fault: IdentityFault | null, last: string): CheckAnswer {
  switch (fault) {
    case 'other_reference':
      return { ...answer, reference: last };
    case 'other_person':
      return { ...answer, name: '他人', idNo: '320799199001010013' };
    case 'broken_photo':
      return { ...answer, result: '00', photo: 'no base64!' };
    case 'other_error':
      return { ...answer, result: '04', photo: '', issueOffice: '' };
    case 'bad_input':
      return { ...answer, result: '05', photo: '', issueOffice: '' };
    default:
      return answer;
  }
}

/** A drawing in place of a photo: a bitmap of one grey, another for everybody. */
function portraitOf(idNo: string): string {
  const bitmap = Buffer.alloc(58);
  bitmap.write('BM', 'latin1');
  bitmap.writeUInt32LE(58, 2);
  bitmap.writeUInt32LE(54, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(1, 18);
  bitmap.writeInt32LE(1, 22);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  bitmap.fill(Number(idNo.slice(14, 17)) % 256, 54, 57);
  return bitmap.toString('base64');
}

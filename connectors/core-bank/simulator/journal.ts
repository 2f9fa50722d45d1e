import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const lineFeed = 0x0a;
const blockBytes = 65_536;

/** An append-only file of lines. What `flushed` has promised survives a kill and a power cut. */
export class Journal {
  readonly #file: FileHandle;
  #pending = '';
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Hands over every line that is there, in order. A last line that was cut off was never promised, and is removed. */
  static async open(folder: string, take: (line: string) => void): Promise<Journal> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'journal.jsonl');
    const file = await open(path, 'a+');
    const end = await endOfLines(file);
    await file.truncate(end);
    await file.sync();
    await syncFolder(folder);
    await readLines(file, path, take);
    return new Journal(file);
  }

  /** `line` ends with a line feed. */
  append(line: string): void {
    this.#pending += line;
  }

  /** When everything appended so far is on disk. Lines that come while the disk is busy share the next write. */
  flushed(): Promise<void> {
    if (this.#pending !== '' && this.#next === null) {
      this.#next = this.#last.then(() => this.#write());
      this.#last = this.#next;
    }
    return this.#last;
  }

  async #write(): Promise<void> {
    const lines = this.#pending;
    this.#pending = '';
    this.#next = null;
    await this.#file.appendFile(lines);
    await this.#file.datasync();
  }
}

/** Offset after the last line feed. */
async function endOfLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const block = Buffer.alloc(blockBytes);
  for (let end = size; end > 0; end -= blockBytes) {
    const start = Math.max(0, end - blockBytes);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(lineFeed);
    if (found >= 0) return start + found + 1;
  }
  return 0;
}

async function readLines(file: FileHandle, path: string, take: (line: string) => void): Promise<void> {
  let number = 0;
  for await (const line of file.readLines({ start: 0, autoClose: false })) {
    number += 1;
    try {
      take(line);
    } catch (cause) {
      throw new Error(`${path} 第 ${number} 行无法读取，请从备份恢复 / line ${number} cannot be read, restore it from a backup`, { cause });
    }
  }
}

/** The name of a new file is kept only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

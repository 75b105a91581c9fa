const START_OF_TEXT = Buffer.from([2]);
const END_OF_TEXT = Buffer.from([3]);

/**
 * A plan's or an apply's log while it is written. It begins with the control character STX and ends with ETX:
 * without the first, clients take a quiet moment for the end; until the second, they keep asking
 * (go-tfe, logreader.go).
 */
export class Log {
  private content = Buffer.from(START_OF_TEXT);
  private ended = false;

  append(text: string | Buffer): void {
    if (this.ended) return;
    this.content = Buffer.concat([
      this.content,
      typeof text === "string" ? Buffer.from(text) : text,
    ]);
  }

  /** What a client is told last: the plan's or apply's status must be final before. */
  end(): void {
    if (this.ended) return;
    this.append(END_OF_TEXT);
    this.ended = true;
  }

  read({ offset, limit }: { offset: number; limit?: number }): Buffer {
    return this.content.subarray(offset, limit === undefined ? undefined : offset + limit);
  }

  /** The text between the control characters. */
  toString(): string {
    return this.content.subarray(1, this.ended ? -1 : undefined).toString();
  }
}

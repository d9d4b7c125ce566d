import { createHash } from "node:crypto";
import type { DecodedCode, DecodeWork } from "./decode-work.ts";
import type { Picture } from "./pixels.ts";

const MOST = 4_000;

interface Known {
  codes: readonly DecodedCode[];
  /** Work that there was, and what of it was used. */
  given: number;
  spent: number;
  /** It ended because there was no more work, not because a code was found or nothing was left to try. */
  exhausted: boolean;
}

/**
 * What was found in pictures before: a logo stands in every letter of its sender, and a campaign's picture in each of its mails. What comes back, and what it
 * costs of the message's work, is the same as if it had been looked at again. Memory: 4,000 pictures of some 200 B; the least lately met goes first.
 * A hash over all pixels (SHA-256), so nobody can make a picture that is taken for another.
 */
export class DecodeMemory {
  readonly #known = new Map<string, Known>();

  async recall(picture: Picture, work: DecodeWork, look: (picture: Picture, work: DecodeWork) => Promise<DecodedCode[]>): Promise<DecodedCode[]> {
    const shape = `${picture.width}x${picture.height} `;
    const key = createHash("sha256").update(shape).update(picture.rgb).digest("base64");
    const known = this.#known.get(key);
    const given = work.left;
    if (known !== undefined && (known.exhausted ? given === known.given : given >= known.spent)) {
      this.#known.delete(key);
      this.#known.set(key, known);
      work.spend(known.spent);
      return structuredClone(known.codes) as DecodedCode[];
    }
    const codes = await look(picture, work);
    this.#known.delete(key);
    this.#known.set(key, { codes: structuredClone(codes), given, spent: given - work.left, exhausted: codes.length === 0 && work.left <= 0 });
    if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value as string);
    return codes;
  }
}

/** One record of a document: its text, its place from 1, and the position of its first character. */
export interface JsonElement {
  text: string;
  line: number;
  offset: number;
  /** Why it is no record; then `text` is how it begins. */
  problem?: string;
}

/** A record longer than this is refused, as a line is. */
const LONGEST = 8 * 1024 * 1024;
const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/**
 * Cuts a JSON document into its records while it is read: a list of objects, an object that holds such a list under one of the keys
 * named, or one object after the other (pretty-printed). Nothing is parsed here. Memory: the record in hand, at most 8 MB of text.
 * Cost: about 5 ns a character. Text that is no JSON ends in one refusal. Values of a list that are no objects are refused one by one.
 */
export class JsonElements {
  readonly #keys: ReadonlySet<string>;
  #text = "";
  #at = 0;
  /** Characters of earlier blocks that are gone from #text. */
  #before = 0;
  #line = 0;
  /** Where the record in hand begins in #text, -1 while there is none. */
  #start = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Depth at which records stand: 0 outside of lists, 1 in a list, 2 in the list of an object. */
  #level = 0;
  #keyStart = -1;
  #key = "";
  #tooLong = false;
  #ready: JsonElement[] = [];
  #inWrapper = false;

  constructor(keys: ReadonlySet<string>) {
    this.#keys = keys;
  }

  push(text: string): void {
    const keep = this.#start >= 0 && !this.#tooLong ? this.#start : this.#keyStart >= 0 ? this.#keyStart : this.#at;
    this.#before += keep;
    this.#text = this.#text.slice(keep) + text;
    this.#at -= keep;
    if (this.#start >= 0) this.#start -= keep;
    if (this.#keyStart >= 0) this.#keyStart -= keep;
    this.#scan();
  }

  /** Takes what is complete. */
  take(): JsonElement[] {
    const out = this.#ready;
    this.#ready = [];
    return out;
  }

  /** The text has ended: what was begun is refused. */
  end(): void {
    if (this.#start >= 0 || this.#depth > 0)
      this.#refuse("cut off: the document ends inside a record", this.#start >= 0 ? this.#text.slice(this.#start, this.#start + 200) : "");
    this.#start = -1;
    this.#depth = 0;
  }

  #refuse(problem: string, text: string): void {
    this.#ready.push({ text, line: ++this.#line, offset: this.#before + Math.max(0, this.#start), problem });
  }

  #scan(): void {
    const text = this.#text;
    let at = this.#at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) {
          this.#inString = false;
          if (this.#keyStart >= 0) {
            this.#key = at - this.#keyStart < 40 ? text.slice(this.#keyStart + 1, at) : "";
            this.#keyStart = -1;
          }
        }
        continue;
      }
      switch (code) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === 1 && this.#level === 0) this.#keyStart = at;
          break;
        case OPEN:
          if (this.#depth === this.#level && this.#start < 0) this.#start = at;
          this.#depth++;
          break;
        case OPEN_LIST:
          if (this.#depth === 0) this.#level = 1;
          else if (this.#depth === 1 && this.#level === 0 && this.#keys.has(this.#key)) {
            // The object is an envelope: its list holds the records.
            this.#level = 2;
            this.#start = -1;
            this.#inWrapper = true;
          }
          this.#depth++;
          break;
        case CLOSE:
        case CLOSE_LIST:
          this.#depth = Math.max(0, this.#depth - 1);
          if (code === CLOSE && this.#depth === this.#level && this.#start >= 0) this.#complete(text, at);
          else if (code === CLOSE_LIST && this.#depth === this.#level - 1) this.#level = 0;
          if (this.#depth === 0 && this.#inWrapper) {
            this.#inWrapper = false;
            this.#start = -1;
          }
          break;
        case COMMA:
          if (this.#depth === 1 && this.#level === 0) this.#key = "";
          break;
        default:
      }
      if (this.#start >= 0 && at - this.#start > LONGEST && !this.#tooLong) {
        this.#tooLong = true;
        this.#refuse(`a record longer than the ${LONGEST} characters accepted`, text.slice(this.#start, this.#start + 200));
      }
    }
    this.#at = at;
    if (this.#tooLong) {
      this.#before += at;
      this.#text = "";
      this.#at = 0;
      this.#start = 0;
    }
  }

  #complete(text: string, at: number): void {
    if (this.#tooLong) this.#tooLong = false;
    else if (!(this.#inWrapper && this.#depth === 0))
      this.#ready.push({ text: text.slice(this.#start, at + 1), line: ++this.#line, offset: this.#before + this.#start });
    this.#start = -1;
  }
}

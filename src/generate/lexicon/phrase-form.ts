/**
 * What people write, by language. Slots: {name} the reader's given name, {me} the writer's, {thing} a product or project, {n} a number,
 * {date} a day, {sum} an amount with its currency.
 */
export interface Phrases {
  greet: readonly string[];
  bye: readonly string[];
  subjects: readonly string[];
  lines: readonly string[];
  chat: readonly string[];
  /** Word for invoice, subject of one, lines of one. */
  invoice: { word: string; subject: string; lines: readonly string[] };
  news: readonly string[];
}

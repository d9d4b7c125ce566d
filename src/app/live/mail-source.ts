import type { Clock } from "../../base/clock.ts";
import { contentId } from "../../base/hash.ts";
import { DAY } from "../../base/time.ts";
import { isRejected } from "../../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { type LedgerPosition, MailLedger } from "../../sensors/mail/mail-ledger.ts";
import type { MailSupply, SuppliedMail, SupplyPosition } from "../../sensors/mail/mail-supply.ts";
import type { Position } from "../../store/types.ts";
import { type Authenticate, type OpenMail, openOne } from "../mail-events.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

export interface MailSourceOptions {
  id: string;
  kind: "mail" | "imap";
  path: string;
  fixed: boolean;
  clock: Clock;
  passwordFile?: string | undefined;
  /** Positions that the learned state goes on from, and those of the store. */
  learned: readonly Position[];
  stored: readonly Position[];
  supply: (positions: readonly SupplyPosition[]) => MailSupply;
  open: OpenMail;
  /** The same for mail that is history. */
  openHistory: OpenMail;
  auth: Authenticate;
}

const MOST = 64;
const BYTES = 16_777_216;
/** Mail that is older than this when its source is first followed is learned from and alerts nobody. */
const HISTORY = DAY;

/**
 * Mail of a folder or a server as a live source. What lay there before the source was added is history; what comes is judged. Each message is announced with one
 * batch and handed on with the next, so that a crash in between loses none and stores none twice. Memory: two batches of 64 messages or 16 MB.
 */
export function mailSource(options: MailSourceOptions): LiveSource {
  const { id, kind, path, fixed, clock, auth } = options;
  const mine = (positions: readonly Position[]): Position[] => positions.filter((p) => p.source === id);
  const ledger = new MailLedger(id, clock.now(), mine(options.learned).flatMap(ledgerOf), mine(options.stored).flatMap(ledgerOf));
  const supply = options.supply(mine(options.learned).flatMap(supplyOf));
  let announced: SuppliedMail[] = [];
  let reached: SupplyPosition[] = [];
  let busy = false;

  async function deliver(mails: readonly SuppliedMail[]): Promise<Omit<SourceBatch, "positions" | "caughtUp">> {
    const history = isHistory(mails[0]);
    const open = history ? options.openHistory : options.open;
    const records = await Promise.all(mails.map((mail) => openOne(mail, { source: id, file: mail.name, ...ledger.take(mail.key) }, mail.name, open, auth)));
    const events: NetEvent[] = [];
    const rejected: Rejected[] = [];
    const seen = clock.now();
    for (const record of records) {
      if (isRejected(record)) rejected.push(record);
      else events.push(Object.assign(record, { seen }));
    }
    events.sort((a, b) => a.time - b.time);
    return { events, rejected, bytes: mails.reduce((sum, m) => sum + m.size, 0), history };
  }

  const isHistory = (mail: SuppliedMail | undefined): boolean => mail?.time !== undefined && mail.time < ledger.since - HISTORY;

  return {
    id,
    kind,
    path,
    fixed,
    passwordFile: options.passwordFile,
    ends: false,
    async poll(): Promise<SourceBatch> {
      // A batch is history or is not.
      const until = announced.findIndex((m) => isHistory(m) !== isHistory(announced[0]));
      const mails = until < 0 ? announced : announced.slice(0, until);
      announced = until < 0 ? [] : announced.slice(until);
      const batch = await deliver(mails);
      const positions = announced.length === 0 ? reached.map((p) => storedSupply(id, p)) : [];
      if (announced.length === 0) {
        announced = await supply.next(MOST, BYTES, (key) => ledger.isDone(key));
        reached = supply.positions();
        for (const mail of announced) ledger.announce(mail.key);
      }
      busy = mails.length > 0 || announced.length > 0;
      return { ...batch, positions: [...ledger.positions().map((p) => storedLedger(id, path, p)), ...positions], caughtUp: !busy };
    },
    positions: () => ledger.all().map((p) => storedLedger(id, path, p)),
    outage: () => supply.outage(),
    wait: (signal) => supply.wait(signal),
    fileCount: () => supply.count(),
    close: () => supply.close(),
  };
}

function storedLedger(source: string, path: string, p: LedgerPosition): Position {
  const { fileKey, offset, ...rest } = p;
  return { source, fileKey, path, inode: 0, offset, line: offset, header: { ledger: rest } };
}

function storedSupply(source: string, p: SupplyPosition): Position {
  return {
    source,
    fileKey: contentId(source, "mailbox", p.name),
    path: p.name,
    inode: 0,
    offset: p.offset,
    line: 0,
    header: { mailbox: { name: p.name, rest: p.rest } },
  };
}

function ledgerOf(p: Position): LedgerPosition[] {
  const header = p.header as { ledger?: Omit<LedgerPosition, "fileKey" | "offset"> } | undefined;
  return header?.ledger === undefined ? [] : [{ fileKey: p.fileKey, offset: p.offset, ...header.ledger }];
}

function supplyOf(p: Position): SupplyPosition[] {
  const header = p.header as { mailbox?: { name: string; rest: Record<string, unknown> } } | undefined;
  return header?.mailbox === undefined ? [] : [{ name: header.mailbox.name, offset: p.offset, rest: header.mailbox.rest }];
}

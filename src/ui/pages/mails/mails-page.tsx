import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { type Answer, call } from "../../client/call.ts";
import { get } from "../../client/queries.ts";
import type { MailLogRow } from "../../client/types.ts";
import { useHeld, useRefetchOn } from "../../live/use-held.ts";
import { Fresh } from "../../parts/fresh.tsx";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { Answered, Empty, Loading, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useOpenSet } from "../../parts/use-open-set.ts";
import { useKeys } from "../../prefs/keys.ts";
import { useMay } from "../../shell/session.ts";
import { count, counted, opening } from "../../words/numbers.ts";
import { type MailLogFilter, mailQueryOf } from "./filter.ts";
import { MailFilterBar } from "./filter-bar.tsx";
import { FindReader } from "./find-reader.tsx";
import { MailLine, useOpenRow } from "./mail-line.tsx";

const PAGE = 50;
const HINTS: readonly KeyHint[] = [
  { label: "Next", keys: ["j"] },
  { label: "Open", keys: ["↵"] },
  { label: "Its mails", keys: ["e"] },
];

const idOf = (row: MailLogRow): string => row.campaign?.id ?? row.mail.id;

/** Every judged mail: sender, three places, tags, score; a campaign is one row that opens. */
export function MailsPage(): ReactNode {
  const filter = useSearch({ from: "/mail" });
  const navigate = useNavigate();
  const overview = useQuery(get("overview", {}));
  const known = overview.data !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: "last" counts from when the filter was chosen, it must not slide
  const query = useMemo(() => mailQueryOf(filter, overview.data?.eventTime ?? overview.data?.now), [filter, known]);
  const set = (next: MailLogFilter): void => void navigate({ to: "/mail", search: next, replace: true });
  const mails = useInfiniteQuery({
    queryKey: ["mails", "list", query],
    queryFn: ({ pageParam, signal }) => call("mails", { query: { ...query, limit: PAGE, offset: pageParam }, signal }),
    initialPageParam: 0,
    getNextPageParam: (_last: Answer<"mails">, pages) => {
      const have = pages.reduce((sum, page) => sum + page.rows.length, 0);
      return have < (pages[0]?.total ?? 0) && (pages.at(-1)?.rows.length ?? 0) > 0 ? have : undefined;
    },
    placeholderData: keepPreviousData,
    enabled: known,
  });
  useRefetchOn(["mails"], (m) => m.type === "changed" && m.what === "mails");
  const latest = useMemo(() => mails.data?.pages.flatMap((page) => page.rows), [mails.data]);
  const held = useHeld(mails.isPlaceholderData ? "waiting" : JSON.stringify(query), latest, idOf);
  const cursor = useCursor(held.rows.length);
  const opened = useOpenSet();
  const openRow = useOpenRow();
  const at = held.rows[cursor.at]?.row;
  useKeys({
    ".": held.newer > 0 ? held.release : undefined,
    enter: () => openRow(at),
    e: at?.campaign === undefined ? undefined : () => opened.toggle(idOf(at)),
  });
  const first = mails.data?.pages[0];
  const [finding, setFinding] = useState(false);
  const mayAsk = useMay("analyst");
  return (
    <main id="main" tabIndex={-1} className="mailpage">
      <PageHead
        name="Mail"
        kick={["Mail", first === undefined ? "" : `${count(first.stored)} mails stored, kept ${first.keepDays} days; people under pseudonyms`]}
        headline={first === undefined ? waitingFor("the mail", mails.error) : headlineOf(first, filter)}
        hints={HINTS}
      />
      <MailFilterBar filter={filter} counts={first?.counts} onChange={set} />
      {mayAsk ? (
        <p className="small finder">
          <button type="button" className="btn" onClick={() => setFinding(true)}>
            Find a person’s mail…
          </button>
        </p>
      ) : null}
      {finding ? <FindReader onClose={() => setFinding(false)} onFound={(reader) => set({ verdict: "all", reader })} /> : null}
      <div className="fresh-bar over">
        <Fresh newer={held.newer} onRelease={held.release} noun="newer row" />
      </div>
      <Answered query={{ ...mails, data: latest }} what="The mail" rows={10} height={46}>
        {() =>
          held.rows.length === 0 ? (
            <Nothing filter={filter} stored={first?.stored ?? 0} oldest={first?.oldest} onAll={() => set({ verdict: "all" })} />
          ) : (
            <div className="mlist">
              <div className="mrow mhead" aria-hidden="true">
                <span>Score</span>
                <span>Sender</span>
                <span>Subject, readers, files</span>
                <span className="mplaces">
                  <span title="country of the domain">Dom</span>
                  <span title="country of the connecting server">Srv</span>
                  <span title="country of the author">Aut</span>
                </span>
                <span>Tags</span>
                <span className="n">Time</span>
              </div>
              <ul>
                {held.rows.map(({ row }, i) => {
                  const campaign = filter.flat === true ? undefined : row.campaign;
                  const id = idOf(row);
                  return (
                    <li key={id}>
                      <MailLine
                        row={row}
                        selected={i === cursor.at}
                        open={opened.open.has(id)}
                        onOpen={campaign === undefined ? undefined : () => opened.toggle(id)}
                      />
                      {campaign !== undefined && opened.open.has(id) ? <Members campaign={campaign.id} query={query} /> : null}
                    </li>
                  );
                })}
              </ul>
              {mails.hasNextPage ? (
                <div className="btns more">
                  <button type="button" className="btn" disabled={mails.isFetching} onClick={() => void mails.fetchNextPage()}>
                    {mails.isFetching ? "Reading…" : "Older"}
                  </button>
                  <span className="small">
                    {count(held.rows.length)} of {count(first?.total ?? 0)} rows
                  </span>
                </div>
              ) : null}
            </div>
          )
        }
      </Answered>
    </main>
  );
}

/** The mails of a campaign that fit the filter, under its row. */
function Members({ campaign, query }: { campaign: string; query: ReturnType<typeof mailQueryOf> }) {
  const found = useQuery(get("mails", { query: { ...query, campaign, group: "none", limit: 100 } }));
  if (found.data === undefined)
    return found.error === null ? <Loading rows={2} height={40} label="the mails of the campaign" /> : <p className="small mk">Its mails could not be read.</p>;
  return (
    <ul className="members">
      {found.data.rows.map((row) => (
        <li key={row.mail.id}>
          <MailLine row={{ mail: row.mail, matching: 1 }} selected={false} open={false} onOpen={undefined} />
        </li>
      ))}
      {found.data.total > found.data.rows.length ? (
        <li className="small">{counted(found.data.total - found.data.rows.length, "more mail")}: open the campaign.</li>
      ) : null}
    </ul>
  );
}

function headlineOf(first: Answer<"mails">, filter: MailLogFilter): string {
  const { hold, banner, missed } = first.counts;
  if (Object.keys(filter).some((key) => key !== "sort" && key !== "last" && key !== "flat"))
    return first.total === 0 ? "No mail fits." : `${opening(first.total, "row")} ${first.total === 1 ? "fits" : "fit"}.`;
  if (hold + banner === 0) return first.stored === 0 ? "No mail has been read yet." : "No mail is out of the ordinary.";
  const gateway = missed === 0 ? "" : `; the gateway before us let ${count(missed)} of them through`;
  return `${opening(hold, "mail")} should be held, ${banner === 0 ? "none" : count(banner)} marked${gateway}.`;
}

function Nothing({ filter, stored, oldest, onAll }: { filter: MailLogFilter; stored: number; oldest: string | undefined; onAll: () => void }) {
  return (
    <Empty
      sentence={stored === 0 ? "No mail has come in yet." : filter.verdict === undefined ? "No mail here needs a decision." : "No mail fits these filters."}
      checked={
        stored === 0 ? (
          "Name a source of mail in the configuration: a folder, a Maildir or a mailbox; the guide's chapter on mail says how."
        ) : (
          <>
            {counted(stored, "mail")} stored{oldest === undefined ? "" : " since "}
            {oldest === undefined ? null : <Time iso={oldest} zone />}, each judged when it came.
          </>
        )
      }
    >
      {stored === 0 || filter.verdict === "all" ? null : (
        <button type="button" className="btn" onClick={onAll}>
          Show all mail
        </button>
      )}
    </Empty>
  );
}

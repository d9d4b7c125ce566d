import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../../../client/queries.ts";
import type { External } from "../../../client/types.ts";
import { Section } from "../../../parts/section.tsx";
import { Shown } from "../../../parts/shown.tsx";
import { counted } from "../../../words/numbers.ts";
import type { ChatRun } from "./run-of.ts";

interface Props {
  actor: string;
  run: ChatRun;
  tenant: External | undefined;
  source: External | undefined;
  followed: number;
  signIns: number;
}

type Answer = "rejected" | "holds" | "open" | "unseen";
const MARKS: Readonly<Record<Answer, string>> = { rejected: "×", holds: "=", open: "?", unseen: "" };
const WORDS: Readonly<Record<Answer, string>> = { rejected: "Rejected", holds: "It may be so", open: "Open", unseen: "Not seen" };

/** Innocent explanations with what speaks for or against each, what is open, and what nobody could see. */
export function Questions({ actor, run, tenant, source, followed, signIns }: Props) {
  const overview = useQuery(get("overview", {}));
  const list: { ask: string; answer: Answer; why: ReactNode }[] = [];
  if (tenant !== undefined) {
    const days = tenant.days ?? 0;
    list.push({
      ask: "A partner’s tenant?",
      answer: days <= 1 ? "rejected" : "holds",
      why:
        days <= 1
          ? `${tenant.id} was seen on ${counted(days, "day")}.`
          : `${tenant.id} was seen on ${counted(days, "day")}, by ${counted(tenant.users.length, "user")} of ours.`,
    });
  }
  list.push({
    ask: "An invitation to a group?",
    answer: run.oneToOne === run.rows.length ? "rejected" : "holds",
    why:
      run.oneToOne === run.rows.length
        ? `Each of ${counted(run.rows.length, "chat")} has one person of ours in it.`
        : `${counted(run.rows.length - run.oneToOne, "chat")} of ${run.rows.length} have several people in them, or records do not name them.`,
  });
  if (source !== undefined) {
    const others = source.users.filter((u) => u.id !== actor).length;
    list.push({
      ask: "From a network that others use?",
      answer: others === 0 ? "rejected" : "holds",
      why: others === 0 ? `Nobody else here used ${source.id}.` : `${counted(others, "other user")} here used ${source.id}.`,
    });
  }
  list.push({
    ask: "Was a password given?",
    answer: signIns > 0 ? "holds" : "open",
    why:
      signIns > 0
        ? `${counted(signIns, "sign-in")} from the same source since.`
        : followed > 0
          ? "What was typed on the page cannot be seen. Sign-ins of those who followed decide."
          : "Nobody is known to have followed a link.",
  });
  for (const spot of overview.data?.blindSpots.filter((b) => b.kind === "acute").slice(0, 2) ?? [])
    list.push({ ask: spot.what, answer: "unseen", why: <Shown text={spot.detail} max={160} /> });
  return (
    <Section title="Asked and answered">
      <ul>
        {list.map((q) => (
          <li key={q.ask} className="comment asked">
            <span aria-hidden="true">
              {q.answer === "unseen" ? <i className="hatch-mark" /> : <b className={q.answer === "open" ? "hi" : ""}>{MARKS[q.answer]}</b>}
            </span>
            <span>
              <b>
                <Shown text={q.ask} max={100} />
              </b>
              <br />
              <span className="small">
                {WORDS[q.answer]}. {q.why}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

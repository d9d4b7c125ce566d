import { type ReactNode, useId } from "react";

/** A part of a page: a rule, a title, an aside. `sub` says in a few words what the part rests on. */
export function Section({ title, sub, aside, children }: { title: string; sub?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="sec" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {sub === undefined ? null : <span className="sub">{sub}</span>}
        {aside === undefined ? null : <span className="aside">{aside}</span>}
      </header>
      {children}
    </section>
  );
}

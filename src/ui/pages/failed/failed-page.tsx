import { Link } from "@tanstack/react-router";
import { PageHead } from "../../parts/page-head.tsx";
import { Failed } from "../../parts/states.tsx";

/** A fault of the page itself. */
export function FailedPage({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="Failed"
        kick={["Wonted"]}
        headline="This page has a fault of its own."
        standfirst="Nothing was changed or lost by it; what the platform does goes on."
      />
      <Failed what="The page" error={error} onRetry={reset} />
      <p className="small">
        <Link to="/" className="btn">
          To the queue
        </Link>
      </p>
    </main>
  );
}
